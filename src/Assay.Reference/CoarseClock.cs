namespace Assay.Reference;

/// <summary>
/// The system's monotonic clock in the steps in which the system keeps it anyway: read in a quarter of the time of
/// <see cref="TimeProvider.System"/>, and behind it by up to one step.
/// </summary>
/// <remarks>
/// <para>
/// The step is a tick of the kernel and the rounding to a millisecond: up to 5 ms on Linux (250 ticks a second; 11 ms with 100), 16 ms
/// on Windows. A limit on this clock grants at most what it grants in a span longer by one step: a token bucket capacity + rate ·
/// (W + step) in every span W, a window limit its capacity in every span shorter than the window by a step.
/// </para>
/// <para>
/// A time to retry counts units of this clock, milliseconds; who waits for it by another clock may be told to wait for one more step.
/// What a cache keeps by this clock may be read for one step after its time to live.
/// </para>
/// </remarks>
public sealed class CoarseClock : TimeProvider
{
    private static readonly CoarseClock Instance = new();

    private CoarseClock()
    {
    }

    /// <summary>1000: a timestamp counts milliseconds.</summary>
    public override long TimestampFrequency => 1000;

    /// <summary>
    /// The coarse clock in place of the system's. Any other clock is returned as it is: time that a test or a simulation injects must
    /// never be read past it.
    /// </summary>
    /// <param name="clock">The clock that was injected.</param>
    /// <returns>A coarse clock, or <paramref name="clock"/>.</returns>
    public static TimeProvider Of(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return ReferenceEquals(clock, System) ? Instance : clock;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => Read();

    /// <summary>The timestamp, without a virtual call.</summary>
    internal static long Read() => Environment.TickCount64;
}
