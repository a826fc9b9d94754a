using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <summary>Time as caches count it: units of the clock since the cache was made.</summary>
internal sealed class CacheTime
{
    /// <summary>An instant that does not come.</summary>
    public const long Never = long.MaxValue;

    private readonly TimeProvider _clock;
    private readonly long _origin;
    private readonly bool _isCoarse;

    // The latest instant that a writer has seen. A clock that goes back finds it here and lets nothing live again.
    private long _latest;

    public CacheTime(TimeProvider clock) => (_clock, _origin, _isCoarse) = (clock, clock.GetTimestamp(), clock is CoarseClock);

    public TimeProvider Clock => _clock;

    /// <summary>The present; not before any instant that <see cref="Advance"/> has answered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Now()
    {
        // A difference in two's complement: the clock's origin may be anything, long.MaxValue included.
        // The coarse one is so cheap that the virtual call would show.
        var timestamp = _isCoarse ? CoarseClock.Read() : _clock.GetTimestamp();
        var elapsed = unchecked(timestamp - _origin);
        return Math.Max(elapsed, Volatile.Read(ref _latest));
    }

    /// <summary>The present, remembered. One caller at a time.</summary>
    public long Advance()
    {
        var now = Now();
        Volatile.Write(ref _latest, now);
        return now;
    }

    /// <summary>A span in units of the clock, rounded down, so that nothing lives a moment longer than asked. Saturates.</summary>
    public long Units(TimeSpan span) =>
        (long)Int128.Min(span.Ticks * (Int128)_clock.TimestampFrequency / TimeSpan.TicksPerSecond, Never);

    public long? Units(TimeSpan? span) => span is { } value ? Units(value) : null;

    /// <summary>The instant so much later; saturates, because the sum can exceed 64 bits.</summary>
    public static long After(long now, long units) => units >= Never - now ? Never : now + units;
}
