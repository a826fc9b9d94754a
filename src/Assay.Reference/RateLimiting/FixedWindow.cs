namespace Assay.Reference.RateLimiting;

/// <summary>
/// At most so many permits in each of the windows [creation + k · length, creation + (k + 1) · length). Across a boundary it grants up to
/// twice as many within one length: use <see cref="SlidingLog"/> or <see cref="SlidingCounter"/> where that matters.
/// </summary>
/// <remarks>
/// After a change the window that runs keeps its beginning and what was taken in it. One that the new length has ended already begins at
/// the change instead: nobody knows when in it the permits were taken.
/// </remarks>
public sealed class FixedWindow : LockedLimit
{
    private long _length;
    private WindowTime _time;

    // The start of the window that holds the latest instant, and what was granted since.
    private long _start;
    private int _used;

    // When the permits came back last: the start of the window after the last one in which any was granted.
    private long _fullSince;

    /// <summary>Creates the limit; the first window begins now.</summary>
    /// <param name="capacity">The permits of a window.</param>
    /// <param name="window">Its length; positive. Rounded up to clock units.</param>
    /// <param name="clock">The source of timestamps; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The capacity or the window is not positive, or the window too long for the clock.
    /// </exception>
    public FixedWindow(int capacity, TimeSpan window, TimeProvider? clock = null)
        : base(capacity, clock)
    {
        _length = WindowTime.TicksOf(window, Clock);
        _start = _fullSince = Now;
        _time = new WindowTime(_start);
    }

    private protected override long? IdleTicksLocked(long timestamp)
    {
        MoveTo(timestamp);
        return _used > 0 ? null : WindowTime.Since(_fullSince, _time.Latest);
    }

    private protected override Decision DecideLocked(int permits, long timestamp, bool isTaking)
    {
        MoveTo(timestamp);
        if (_capacity - _used < permits)
            return Rejected(WindowTime.Since(timestamp, unchecked(_start + _length)), _used);
        if (isTaking)
            _used += permits;
        return new Decision(true, 0, _capacity - _used);
    }

    private protected override void TakeOverLocked(PermitLimit terms, long timestamp)
    {
        MoveTo(timestamp);
        _length = ((FixedWindow)terms)._length;
        if (WindowTime.Since(_start, _time.Latest) >= _length)
            _start = _time.Latest;
    }

    private void MoveTo(long timestamp)
    {
        var passed = WindowTime.Since(_start, _time.AdvanceTo(timestamp)) / _length;
        if (passed == 0)
            return;
        if (_used > 0)
            _fullSince = unchecked(_start + _length);
        _start = unchecked(_start + (passed * _length));
        _used = 0;
    }
}
