namespace Assay.Reference.RateLimiting;

/// <summary>
/// At most so many permits in any window (t - length, t], exactly: a permit is available again at the tick its grant is one length old.
/// Eight bytes a permit of capacity; a grant writes one entry a permit and each is forgotten once.
/// </summary>
public sealed class SlidingLog : LockedLimit
{
    private long _length;
    private WindowTime _time;

    // The instants of the last grants, one entry a permit, in a ring; ascending from the oldest, because the latest instant only grows.
    // Entries a length old are forgotten, so those that count are exactly those inside the window. More than the capacity after a change.
    private long[] _grants;
    private int _oldest;
    private int _count;

    // When the last permit came back.
    private long _fullSince;

    /// <summary>Creates the limit with nothing granted.</summary>
    /// <param name="capacity">The permits of any window.</param>
    /// <param name="window">Its length; positive. Rounded up to clock units.</param>
    /// <param name="clock">The source of timestamps; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The capacity or the window is not positive, or the window too long for the clock.
    /// </exception>
    public SlidingLog(int capacity, TimeSpan window, TimeProvider? clock = null)
        : base(capacity, clock)
    {
        _length = WindowTime.TicksOf(window, Clock);
        _fullSince = Now;
        _time = new WindowTime(_fullSince);
        _grants = new long[capacity];
    }

    private protected override long? IdleTicksLocked(long timestamp)
    {
        var now = _time.AdvanceTo(timestamp);
        Forget(now);
        return _count > 0 ? null : WindowTime.Since(_fullSince, now);
    }

    private protected override Decision DecideLocked(int permits, long timestamp, bool isTaking)
    {
        var now = _time.AdvanceTo(timestamp);
        Forget(now);
        var lacking = permits - (_capacity - _count);
        if (lacking > 0)
            return Rejected(WindowTime.Since(timestamp, unchecked(EntryAt(lacking - 1) + _length)), _count);
        for (var i = 0; isTaking && i < permits; i++)
            EntryAt(_count++) = now;
        return new Decision(true, 0, _capacity - _count);
    }

    private protected override void TakeOverLocked(PermitLimit terms, long timestamp)
    {
        var now = _time.AdvanceTo(timestamp);
        Forget(now);
        var (grants, wasFull) = (new long[Math.Max(terms.Capacity, _count)], _count == 0);
        for (var i = 0; i < _count; i++)
            grants[i] = EntryAt(i);
        (_grants, _oldest, _length) = (grants, 0, ((SlidingLog)terms)._length);
        Forget(now);
        // Made full by the change, and not before.
        if (_count == 0 && !wasFull)
            _fullSince = now;
    }

    private ref long EntryAt(int position)
    {
        // Two indices of a large ring exceed an int, but not an unsigned one. A division would cost as much as the lock.
        var index = (uint)_oldest + (uint)position;
        return ref _grants[index < (uint)_grants.Length ? index : index - (uint)_grants.Length];
    }

    // Each entry is forgotten once: constant time a grant, amortized.
    private void Forget(long now)
    {
        while (_count > 0 && WindowTime.Since(_grants[_oldest], now) >= _length)
        {
            _fullSince = unchecked(_grants[_oldest] + _length);
            _oldest = _oldest + 1 < _grants.Length ? _oldest + 1 : 0;
            _count--;
        }
    }
}
