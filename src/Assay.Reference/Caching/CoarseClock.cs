namespace Assay.Reference.Caching;

/// <summary>
/// The system's clock, whose timestamps are the counter the operating system keeps for itself: milliseconds that advance by 1 to 16 at
/// a time, for a quarter of the price of a precise reading. A time to live measured with it ends up to one such step late.
/// </summary>
public sealed class CoarseClock : TimeProvider
{
    private CoarseClock()
    {
    }

    /// <summary>The clock.</summary>
    public static CoarseClock Instance { get; } = new();

    /// <inheritdoc/>
    public override long TimestampFrequency => 1000;

    /// <inheritdoc/>
    public override long GetTimestamp() => Environment.TickCount64;
}
