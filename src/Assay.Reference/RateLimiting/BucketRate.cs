using System.Numerics;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// The arithmetic of a token bucket on one number, the theoretical arrival time (GCRA, ITU-T I.371): the instant at which the bucket is
/// full again. Pure; who calls it makes the step atomic.
/// </summary>
/// <remarks>
/// Time is counted in subunits, so many a clock tick that a permit is worth a whole number of them: nothing is ever rounded when a
/// bucket is used. Instants are kept modulo 2^64, which makes every origin of the clock equal and gives the arithmetic no end.
/// </remarks>
internal readonly struct BucketRate
{
    // How far, in subunits, a timestamp may lie before the stored instant and still be known for late. What lies further is taken for
    // idleness. A sixteenth of the circle: the clock may go back by years / 16 of what idleness may last.
    private const ulong Lateness = 1UL << 60;

    // A bucket nobody has asked for so long (in seconds: ten years) may be mistaken for one with too few permits, never for one with more.
    private const long IdleSeconds = 10L * 366 * 24 * 60 * 60;

    // The longest debt beyond a whole bucket that a change of rates leaves: what of the lateness it may take. Four months or more.
    private const ulong LongestDebt = Lateness / 2;

    // Without an exact subunit a permit is rounded up; it must consist of so many that the rate is short by less than a thousandth.
    private const int FewestRounded = 1000;

    private readonly long _perTick;
    private readonly long _perPermit;
    private readonly long _full;

    // 2^64 / _perPermit, rounded down, or one less: see Whole.
    private readonly ulong _perPermitInverse;

    private BucketRate(long perTick, long perPermit, int capacity)
    {
        _perTick = perTick;
        _perPermit = perPermit;
        _full = perPermit * capacity;
        _perPermitInverse = ulong.MaxValue / (ulong)perPermit;
    }

    /// <summary>Clock ticks a permit, exactly, as a reduced fraction: what the bucket really enforces.</summary>
    public (long Numerator, long Denominator) TicksPerPermit => (_perPermit, _perTick);

    /// <summary>
    /// Chooses the subunit: the exact one when the circle has room for it, otherwise the finest that fits, rounding to the strict side.
    /// </summary>
    public static BucketRate Of(int capacity, int permits, TimeSpan period, long frequency)
    {
        // Ticks a permit = numerator / denominator. 63 + 63 bits and 24 + 31 bits: neither product overflows 128.
        var numerator = (Int128)period.Ticks * frequency;
        var denominator = (Int128)TimeSpan.TicksPerSecond * permits;
        var divisor = (Int128)BigInteger.GreatestCommonDivisor(numerator, denominator);
        (numerator, denominator) = (numerator / divisor, denominator / divisor);

        var finest = Finest(capacity, numerator, denominator, frequency);
        if (denominator <= finest)
            return new BucketRate((long)denominator, (long)numerator, capacity);
        var rounded = finest < 1 ? 0 : (numerator / denominator * finest) + CeilingOf(numerator % denominator * finest, denominator);
        if (rounded < FewestRounded || rounded * capacity > (Int128)Lateness)
        {
            throw new ArgumentOutOfRangeException(
                nameof(period), period, "The clock cannot resolve this rate, or the bucket takes decades to fill.");
        }

        return new BucketRate((long)finest, (long)rounded, capacity);
    }

    public long InstantOf(long timestamp) => unchecked(timestamp * _perTick);

    /// <summary>One step, of one permit or more. The next instant is never before the present one, and the same after a rejection.</summary>
    public Decision Step(long fullAt, long timestamp, int permits, out long next)
    {
        var now = InstantOf(timestamp);
        var missing = Missing(fullAt, now);
        var excess = missing - (_full - permits * _perPermit);
        next = fullAt;
        if (excess > 0)
            return new Decision(false, CeilingOf(excess, _perTick), Whole(missing));
        missing += permits * _perPermit;
        next = unchecked(now + missing);
        return new Decision(true, 0, Whole(missing));
    }

    public long? IdleTicks(long fullAt, long timestamp)
    {
        var now = InstantOf(timestamp);
        return Missing(fullAt, now) > 0 ? null : (long)(unchecked((ulong)now - (ulong)fullAt) / (ulong)_perTick);
    }

    /// <summary>
    /// The instant at which a bucket of another rate is full again if it lacks as many permits at the timestamp, fractions included; rounded
    /// up, the strict side. Of a full bucket, the instant since which it is.
    /// </summary>
    public long Carry(long fullAt, long timestamp, BucketRate to)
    {
        if (IdleTicks(fullAt, timestamp) is { } idle)
            return to.InstantOf(unchecked(timestamp - idle));
        var missing = CeilingOf(Missing(fullAt, InstantOf(timestamp)) * (Int128)to._perPermit, _perPermit);
        return unchecked(to.InstantOf(timestamp) + (long)Int128.Min(missing, to._full + (Int128)LongestDebt));
    }

    // The subunits until the bucket is full. At most _full when time is in order and the rate has not changed; more for a timestamp from the past, which therefore
    // sees fewer permits than there are and can gain none.
    private long Missing(long fullAt, long now)
    {
        var ahead = unchecked((ulong)fullAt - (ulong)now);
        return ahead <= (ulong)_full + Lateness ? (long)ahead : 0;
    }

    // The whole permits in what is there. Late timestamps can see less than nothing. A division would take as long as the rest of a grant:
    // the product with the inverse is short of the quotient by less than one and the part of 2^64 that is there, so by one at most.
    private int Whole(long missing)
    {
        if (missing >= _full)
            return 0;
        var there = (ulong)(_full - missing);
        var permits = Math.BigMul(there, _perPermitInverse, out _);
        return (int)(permits + (there - (permits * (ulong)_perPermit) >= (ulong)_perPermit ? 1UL : 0));
    }

    // Two bounds: ten years of idleness fit the circle beside lateness, and a whole bucket fits the lateness.
    private static Int128 Finest(int capacity, Int128 numerator, Int128 denominator, long frequency)
    {
        var circle = ((Int128)ulong.MaxValue - 2 * (Int128)Lateness) / ((Int128)IdleSeconds * frequency);
        var ticks = CeilingOf(numerator, denominator);
        // Before the product with the capacity, which would overflow for periods of centuries.
        return ticks > (Int128)Lateness ? 0 : Int128.Min(circle, (Int128)Lateness / (ticks * capacity));
    }

    private static Int128 CeilingOf(Int128 numerator, Int128 denominator) => (numerator + denominator - 1) / denominator;

    private static long CeilingOf(long numerator, long denominator) => (numerator + denominator - 1) / denominator;
}
