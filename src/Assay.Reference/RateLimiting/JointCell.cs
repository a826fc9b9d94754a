namespace Assay.Reference.RateLimiting;

/// <summary>
/// A limit among several that one request asks. Everything but the number is used only by whoever has the limit to himself: for a joint
/// limit by its lock, for one that is shared by <see cref="Enter"/>.
/// </summary>
internal sealed class JointCell(PermitLimit limit, long number)
{
    // Most limits are buckets, and those can be looked at and taken from in one step and a half.
    private TokenBucket? _bucket = (limit as TokenBucket)?.Newest(out _);

    // Held for some ten nanoseconds, in which nobody else's code runs: not worth parking a thread for. Taken in the order of the
    // numbers, which no two cells share, so that no circle of waiting requests can form.
    private SpinLock _gate = new(enableThreadOwnerTracking: false);

    // What the request that holds the cell saw: the bucket's state, and the one after its grant.
    private long _seen;
    private long _next;

    public PermitLimit Limit => limit;

    public long Number => number;

    public bool IsRetired { get; private set; }

    public int Permits { get; private set; }

    public void Enter()
    {
        var taken = false;
        _gate.Enter(ref taken);
    }

    public void Exit() => _gate.Exit(useMemoryBarrier: false);

    /// <summary>Sets what is asked; zero asks nothing of this limit.</summary>
    public void Ask(long permits) => Permits = (int)Math.Min(permits, int.MaxValue);

    /// <summary>Lets the limit take over another's numbers.</summary>
    public void TakeOver(PermitLimit terms, long timestamp)
    {
        limit.TakeOver(terms, timestamp);
        _bucket = (limit as TokenBucket)?.Newest(out _);
    }

    /// <summary>
    /// What the limit answers, without taking; the permits that remain are those before. Throws for more than it can ever grant.
    /// </summary>
    public Decision Look(long timestamp) =>
        _bucket is null ? limit.Peek(Permits, timestamp) : _bucket.Look(Permits, timestamp, out _seen, out _next);

    /// <summary>Takes what a look has just allowed.</summary>
    public void Take(long timestamp)
    {
        if (!(_bucket is null ? limit.TryAcquire(Permits, timestamp).IsAllowed : _bucket.TryMove(_seen, _next)))
            throw new InvalidOperationException("A limit that is joined with others was asked by itself.");
    }

    /// <summary>Takes from two cells, the first of which has the lower number, or from none; asks nobody when one is retired.</summary>
    public static Decision TryAcquire(JointCell low, JointCell high, int permits, long timestamp)
    {
        low.Enter();
        high.Enter();
        try
        {
            if (low.IsRetired || high.IsRetired)
                return Decision.Retired;
            (low.Permits, high.Permits) = (permits, permits);
            var (one, two) = (low.Look(timestamp), high.Look(timestamp));
            var remaining = Math.Min(one.Remaining, two.Remaining);
            if (!one.IsAllowed || !two.IsAllowed)
                return new Decision(false, Math.Max(one.RetryAfterTicks, two.RetryAfterTicks), remaining);
            low.Take(timestamp);
            high.Take(timestamp);
            return new Decision(true, 0, remaining - permits);
        }
        finally
        {
            high.Exit();
            low.Exit();
        }
    }

    public bool TryRetire()
    {
        Enter();
        try
        {
            if (IsRetired || limit.IdleTicks(limit.Now) is null)
                return false;
            return IsRetired = true;
        }
        finally
        {
            Exit();
        }
    }
}
