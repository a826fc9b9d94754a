namespace Assay.Reference.RateLimiting;

/// <summary>
/// An exact token bucket: in every span of time W it grants at most capacity + rate · W permits, and it rejects only when fewer permits
/// have accrued than asked for. Refilled by arithmetic on each request, not by a timer.
/// </summary>
/// <remarks>
/// GCRA (ITU-T I.371, virtual scheduling) on one 64-bit number. A request is one clock reading and one compare-and-swap, a rejection
/// only a read. A rate whose interval is no whole fraction of the clock's unit is rounded down by less than a thousandth (typically
/// 10^-9), once, at construction; <see cref="TicksPerPermit"/> tells the rate that is enforced. A debt that a change leaves is at most four
/// months or more of the new rate, whatever was taken.
/// </remarks>
public sealed class TokenBucket : PermitLimit
{
    // Changes take turns, those of all buckets: they are short and rare, and a lock in each bucket is memory for each key.
    private static readonly Lock s_changes = new();

    private readonly BucketRate _rate;

    // The instant at which the bucket is full again. It only grows (modulo 2^64): a late thread or a clock that went back finds it in the
    // future and takes nothing it had not. Because it grows with every grant, no value returns, and the compare-and-swap knows no ABA.
    private long _fullAt;

    // The state of a bucket that was dropped: just before the first. Another before that is the state of one whose rate has changed. The
    // number only grows, so no grant leaves one of them behind before the clock has gone round the circle; one that would, ends a subunit
    // or two later, on the strict side.
    private readonly long _retired;

    // The bucket that took this one's place when its rate changed: one exchange ends the old number and makes the new one count. Read only by
    // who has seen that number end. So a bucket that never changes pays nothing for it, and one that did pays one look.
    private volatile TokenBucket? _successor;

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

    private TokenBucket(TokenBucket terms, long fullAt)
        : base(terms._capacity, terms.Clock)
    {
        _rate = terms._rate;
        _fullAt = fullAt;
        _retired = unchecked(fullAt - 1);
    }

    /// <inheritdoc/>
    public override int Capacity => Newest(out _)._capacity;

    /// <summary>Clock units a permit, as a fraction: what is enforced at present.</summary>
    public (long Numerator, long Denominator) TicksPerPermit => Newest(out _)._rate.TicksPerPermit;

    // One before the state of a bucket that was dropped.
    private long Replaced => unchecked(_retired - 1);

    /// <inheritdoc/>
    public override long? IdleTicks(long timestamp) => Newest(out var fullAt)._rate.IdleTicks(fullAt, timestamp);

    /// <inheritdoc/>
    /// <remarks>A debt of four months or more is taken for four months: the arithmetic has no room for longer ones.</remarks>
    internal override void TakeOver(PermitLimit terms, long timestamp)
    {
        var model = ((TokenBucket)terms).Newest(out _);
        lock (s_changes)
        {
            var bucket = Newest(out var fullAt);
            // One that was dropped has nothing to carry over, and nobody asks it.
            while (!bucket.IsEnded(fullAt))
            {
                var next = new TokenBucket(model, bucket._rate.Carry(fullAt, timestamp, model._rate));
                // Stored before the exchange: whoever finds the number ended finds the bucket in its place.
                bucket._successor = next;
                var seen = Interlocked.CompareExchange(ref bucket._fullAt, bucket.Replaced, fullAt);
                if (seen == fullAt)
                {
                    // However many changes there were, it is one step to the newest; those between are garbage.
                    _successor = next;
                    return;
                }

                fullAt = seen;
            }
        }
    }

    internal override bool TryRetire(long timestamp)
    {
        var bucket = Newest(out var fullAt);
        // Whoever takes permits in between makes the exchange fail.
        return !bucket.IsEnded(fullAt) && bucket._rate.IdleTicks(fullAt, timestamp) is not null
            && Interlocked.CompareExchange(ref bucket._fullAt, bucket._retired, fullAt) == fullAt;
    }

    /// <summary>The bucket that decides at present, and its state: this one, unless its rate has changed.</summary>
    internal TokenBucket Newest(out long fullAt)
    {
        var bucket = this;
        while ((fullAt = Volatile.Read(ref bucket._fullAt)) == bucket.Replaced)
            bucket = bucket._successor!;
        return bucket;
    }

    /// <summary>What the bucket would answer, the state that was seen and the one after the grant.</summary>
    internal Decision Look(int permits, long timestamp, out long seen, out long next)
    {
        seen = Volatile.Read(ref _fullAt);
        if (IsEnded(seen))
            throw new InvalidOperationException("A limit that is joined with others was changed by itself.");
        if ((uint)permits > (uint)_capacity)
            ThrowNeverPossible(permits);
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
            if (IsEnded(fullAt))
                return fullAt == _retired ? Decision.Retired : _successor!.Decide(permits, timestamp, isTaking);
            // One unsigned comparison for both ends: a negative count is a large unsigned one.
            if ((uint)permits > (uint)_capacity)
                return Decision.Impossible;
            var decision = _rate.Step(fullAt, timestamp, permits, out var next);
            if (next == fullAt)
                return decision;
            if (!isTaking)
                return decision with { Remaining = decision.Remaining + permits };
            if (IsEnded(next))
                next = unchecked(_retired + 1);
            // Compare-and-swap, not add and roll back: what was added for a request that is then rejected is seen by others, and the
            // rollback would lower an instant that has been caught up with meanwhile.
            var seen = Interlocked.CompareExchange(ref _fullAt, next, fullAt);
            if (seen == fullAt)
                return decision;
            // Decided again with the same timestamp: if it is late by now, that errs on the strict side.
            fullAt = seen;
        }
    }

    // Dropped or replaced: the two numbers before the first.
    private bool IsEnded(long fullAt) => unchecked((ulong)(_retired - fullAt)) <= 1;
}
