namespace Assay.Reference.RateLimiting;

/// <summary>
/// The time of a window limit: its length in clock units and the latest instant it was told. Used under its owner's lock.
/// </summary>
internal struct WindowTime(long origin)
{
    // Instants further apart than this are compared modulo 2^64; windows stay far below it.
    private const long Longest = long.MaxValue / 4;

    /// <summary>The latest instant. It never moves back, so a clock that does finds every permit spent that was spent.</summary>
    public long Latest { get; private set; } = origin;

    /// <summary>Moves on to the timestamp, unless it lies in the past.</summary>
    public long AdvanceTo(long timestamp)
    {
        if (Since(Latest, timestamp) > 0)
            Latest = timestamp;
        return Latest;
    }

    /// <summary>Clock units from one instant to another, right also where the clock's numbers wrap.</summary>
    public static long Since(long earlier, long later) => unchecked(later - earlier);

    /// <summary>A length in clock units, rounded up: longer is stricter.</summary>
    public static long TicksOf(TimeSpan window, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        var ticks = ((window.Ticks * (Int128)clock.TimestampFrequency) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        if (ticks > Longest)
            throw new ArgumentOutOfRangeException(nameof(window), window, "The clock cannot count so long.");
        return (long)ticks;
    }
}
