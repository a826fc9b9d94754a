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

    private protected sealed override Decision Decide(int permits, long timestamp, bool isTaking)
    {
        lock (Gate)
            return _isRetired ? Decision.Retired : DecideLocked(permits, timestamp, isTaking);
    }

    private protected abstract long? IdleTicksLocked(long timestamp);

    private protected abstract Decision DecideLocked(int permits, long timestamp, bool isTaking);
}
