namespace Assay.Reference.RateLimiting;

/// <summary>A limit on the permits held at once. Time plays no part: permits come back when they are returned.</summary>
public sealed class ConcurrencyLimit : LockedLimit
{
    private int _held;
    private long _idleSince;

    /// <summary>Creates the limit with nothing held.</summary>
    /// <param name="capacity">The most permits held at once.</param>
    /// <param name="clock">The source of timestamps, read when the last permit comes back; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is not positive.</exception>
    public ConcurrencyLimit(int capacity, TimeProvider? clock = null)
        : base(capacity, clock) => _idleSince = Now;

    /// <inheritdoc/>
    public override bool ReturnsPermits => true;

    /// <inheritdoc/>
    /// <remarks>A return of more than is held is refused, so that a caller's mistake cannot raise the limit.</remarks>
    public override void Return(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permits);
        var now = Now;
        lock (Gate)
        {
            if (permits > _held)
                throw new InvalidOperationException($"{permits} permits were returned, but {_held} are held.");
            _held -= permits;
            if (_held == 0)
                _idleSince = now;
        }
    }

    private protected override long? IdleTicksLocked(long timestamp)
    {
        return _held > 0 ? null : Math.Max(0, unchecked(timestamp - _idleSince));
    }

    private protected override Decision DecideLocked(int permits, long timestamp, bool isTaking)
    {
        // Written as a difference: held plus asked can exceed an int.
        if (_capacity - _held < permits)
            return Rejected(UnknownTicks, _held);
        if (isTaking)
            _held += permits;
        return new Decision(true, 0, _capacity - _held);
    }

    // Held is held: those above a lower capacity are missing until they are returned.
    private protected override void TakeOverLocked(PermitLimit terms, long timestamp)
    {
    }
}
