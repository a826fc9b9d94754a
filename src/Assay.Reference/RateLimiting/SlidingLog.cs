namespace Assay.Reference.RateLimiting;

/// <summary>
/// At most so many permits in any window (t - length, t], exactly: a permit is available again at the tick its grant is one length old.
/// Eight bytes a permit of capacity; a grant writes one entry a permit and each is forgotten once.
/// </summary>
public sealed class SlidingLog : LockedLimit
{
    private readonly long _length;
    private readonly long _created;
    private WindowTime _time;

    // The instants of the last grants, one entry a permit, in a ring; ascending from the oldest, because the latest instant only grows.
    // Entries a length old are forgotten, so those that count are exactly those inside the window.
    private readonly long[] _grants;
    private int _oldest;
    private int _count;
    private bool _hasGranted;

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
        _created = Now;
        _time = new WindowTime(_created);
        _grants = new long[capacity];
    }

    private protected override long? IdleTicksLocked(long timestamp)
    {
        var now = _time.AdvanceTo(timestamp);
        Forget(now);
        if (_count > 0)
            return null;
        // The entry just before the oldest is the newest, also once it is forgotten.
        var newest = EntryAt(Capacity - 1);
        return _hasGranted ? WindowTime.Since(newest, now) - _length : WindowTime.Since(_created, now);
    }

    private protected override Decision DecideLocked(int permits, long timestamp, bool isTaking)
    {
        var now = _time.AdvanceTo(timestamp);
        Forget(now);
        var lacking = permits - (Capacity - _count);
        if (lacking > 0)
            return new Decision(false, WindowTime.Since(timestamp, unchecked(EntryAt(lacking - 1) + _length)), Capacity - _count);
        for (var i = 0; isTaking && i < permits; i++)
            EntryAt(_count++) = now;
        _hasGranted |= isTaking;
        return new Decision(true, 0, Capacity - _count);
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
            _oldest = _oldest + 1 < _grants.Length ? _oldest + 1 : 0;
            _count--;
        }
    }
}
