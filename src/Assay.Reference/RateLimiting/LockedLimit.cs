namespace Assay.Reference.RateLimiting;

/// <summary>A limit whose state changes under one lock.</summary>
public abstract class LockedLimit : PermitLimit
{
    // Guards all that changes in the limit.
    private protected readonly Lock Gate = new();
    private bool _isRetired;

    private protected LockedLimit(int capacity, TimeProvider? clock)
        : base(capacity, clock)
    {
    }

    /// <inheritdoc/>
    public sealed override long? IdleTicks(long timestamp)
    {
        lock (Gate)
            return IdleTicksLocked(timestamp);
    }

    internal sealed override bool TryRetire(long timestamp)
    {
        lock (Gate)
        {
            if (_isRetired || IdleTicksLocked(timestamp) is null)
                return false;
            return _isRetired = true;
        }
    }

    internal sealed override void TakeOver(PermitLimit terms, long timestamp)
    {
        lock (Gate)
        {
            if (_isRetired)
                return;
            TakeOverLocked(terms, timestamp);
            _capacity = terms.Capacity;
        }
    }

    private protected sealed override Decision Decide(int permits, long timestamp, bool isTaking)
    {
        lock (Gate)
        {
            if (_isRetired)
                return Decision.Retired;
            // One unsigned comparison for both ends: a negative count is a large unsigned one.
            return (uint)permits > (uint)_capacity ? Decision.Impossible : DecideLocked(permits, timestamp, isTaking);
        }
    }

    // The rejection of a limit of which so many permits are in use; in debt, more than it has.
    private protected Decision Rejected(long retryAfter, int used) => new(false, retryAfter, Math.Max(0, _capacity - used));

    private protected abstract long? IdleTicksLocked(long timestamp);

    private protected abstract Decision DecideLocked(int permits, long timestamp, bool isTaking);

    // All but the capacity.
    private protected abstract void TakeOverLocked(PermitLimit terms, long timestamp);
}
