namespace Assay.Reference.RateLimiting;

/// <summary>
/// An exact token bucket: in every span of time W it grants at most capacity + rate · W permits, and it rejects only when fewer permits
/// have accrued than asked for. Refilled by arithmetic on each request, not by a timer.
/// </summary>
/// <remarks>
/// GCRA (ITU-T I.371, virtual scheduling) on one 64-bit number. A request is one clock reading and one compare-and-swap, a rejection
/// only a read. A rate whose interval is no whole fraction of the clock's unit is rounded down by less than a thousandth (typically
/// 10^-9), once, at construction; <see cref="TicksPerPermit"/> tells the rate that is enforced.
/// </remarks>
public sealed class TokenBucket : PermitLimit
{
    private readonly BucketRate _rate;

    // The instant at which the bucket is full again. It only grows (modulo 2^64): a late thread or a clock that went back finds it in the
    // future and takes nothing it had not. Because it grows with every grant, no value returns, and the compare-and-swap knows no ABA.
    private long _fullAt;

    // The state of a bucket that was dropped: just before the first. The number only grows, so no grant leaves it behind before the
    // clock has gone round the circle; one that would, ends a subunit later, on the strict side.
    private readonly long _retired;

    /// <summary>Creates a full bucket.</summary>
    /// <param name="capacity">The most permits it holds: the burst.</param>
    /// <param name="permits">How many accrue in a period; they come evenly, not at its end.</param>
    /// <param name="period">The period; positive, of any length down to 100 ns.</param>
    /// <param name="clock">The source of timestamps; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number or the period is not positive, the rate is beyond the resolution of the clock, or the bucket takes decades to fill.
    /// </exception>
    public TokenBucket(int capacity, int permits, TimeSpan period, TimeProvider? clock = null)
        : base(capacity, clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permits);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        _rate = BucketRate.Of(capacity, permits, period, Clock.TimestampFrequency);
        _fullAt = _rate.InstantOf(Now);
        _retired = unchecked(_fullAt - 1);
    }

    /// <summary>Clock units a permit, as a fraction: what is enforced.</summary>
    public (long Numerator, long Denominator) TicksPerPermit => _rate.TicksPerPermit;

    /// <inheritdoc/>
    public override long? IdleTicks(long timestamp) => _rate.IdleTicks(Volatile.Read(ref _fullAt), timestamp);

    internal override bool TryRetire(long timestamp)
    {
        var fullAt = Volatile.Read(ref _fullAt);
        // Whoever takes permits in between makes the exchange fail.
        return fullAt != _retired && _rate.IdleTicks(fullAt, timestamp) is not null
            && Interlocked.CompareExchange(ref _fullAt, _retired, fullAt) == fullAt;
    }

    /// <summary>What the bucket would answer, the state that was seen and the one after the grant.</summary>
    internal Decision Look(int permits, long timestamp, out long seen, out long next)
    {
        seen = Volatile.Read(ref _fullAt);
        var decision = _rate.Step(seen, timestamp, permits, out next);
        return next == seen ? decision : decision with { Remaining = decision.Remaining + permits };
    }

    /// <summary>Makes a grant that was looked at, unless the bucket has changed since.</summary>
    internal bool TryMove(long seen, long next) => Interlocked.CompareExchange(ref _fullAt, next, seen) == seen;

    private protected override Decision Decide(int permits, long timestamp, bool isTaking)
    {
        var fullAt = Volatile.Read(ref _fullAt);
        while (true)
        {
            if (fullAt == _retired)
                return Decision.Retired;
            var decision = _rate.Step(fullAt, timestamp, permits, out var next);
            if (next == fullAt)
                return decision;
            if (!isTaking)
                return decision with { Remaining = decision.Remaining + permits };
            if (next == _retired)
                next++;
            // Compare-and-swap, not add and roll back: what was added for a request that is then rejected is seen by others, and the
            // rollback would lower an instant that has been caught up with meanwhile.
            var seen = Interlocked.CompareExchange(ref _fullAt, next, fullAt);
            if (seen == fullAt)
                return decision;
            // Decided again with the same timestamp: if it is late by now, that errs on the strict side.
            fullAt = seen;
        }
    }
}
