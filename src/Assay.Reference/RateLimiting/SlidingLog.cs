namespace Assay.Reference.RateLimiting;

/// <summary>
/// At most so many permits in any window (t - length, t], exactly: a permit is available again at the tick its grant is one length old.
/// Eight bytes a permit of capacity; a grant writes one entry a permit and each is forgotten once.
/// </summary>
public sealed class SlidingLog : PermitLimit
{
    // Guards all that changes.
    private readonly Lock _gate = new();
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
        _created = Clock.GetTimestamp();
        _time = new WindowTime(_created);
        _grants = new long[capacity];
    }

    /// <inheritdoc/>
    public override long? IdleTicks(long timestamp)
    {
        lock (_gate)
        {
            var now = _time.AdvanceTo(timestamp);
            Forget(now);
            if (_count > 0)
                return null;
            // The entry just before the oldest is the newest, also once it is forgotten.
            var newest = EntryAt(Capacity - 1);
            return _hasGranted ? WindowTime.Since(newest, now) - _length : WindowTime.Since(_created, now);
        }
    }

    /// <inheritdoc/>
    protected override Decision Decide(int permits, long timestamp)
    {
        lock (_gate)
        {
            var now = _time.AdvanceTo(timestamp);
            Forget(now);
            var lacking = Math.Max(1, permits) - (Capacity - _count);
            if (lacking > 0)
                return new Decision(false, WindowTime.Since(timestamp, unchecked(EntryAt(lacking - 1) + _length)), Capacity - _count);
            for (var i = 0; i < permits; i++)
                EntryAt(_count++) = now;
            _hasGranted |= permits > 0;
            return new Decision(true, 0, Capacity - _count);
        }
    }

    // In 64 bits: two indices of a large ring exceed an int.
    private ref long EntryAt(int position) => ref _grants[((long)_oldest + position) % Capacity];

    // Each entry is forgotten once: constant time a grant, amortized.
    private void Forget(long now)
    {
        while (_count > 0 && WindowTime.Since(_grants[_oldest], now) >= _length)
        {
            _oldest = (_oldest + 1) % Capacity;
            _count--;
        }
    }
}
