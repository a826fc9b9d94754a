namespace Assay.Reference.RateLimiting;

/// <summary>
/// At most so many permits in any window of the given length, counted in segments: constant memory, and on the strict side. The segment
/// that the window covers in part counts in full, so what was granted is forgotten up to one segment late, never early.
/// </summary>
/// <remarks>
/// The usual counter of S segments forgets up to one segment early and grants twice the limit within a window; this one keeps S + 1.
/// </remarks>
public sealed class SlidingCounter : LockedLimit
{
    private long _length;
    private WindowTime _time;

    // The grants of the segment that holds the latest instant, at _current, and of the S before it: going back in the ring, back in time.
    private int[] _segments;
    private int _current;
    private long _start;

    // The sum of the segments; at most the highest capacity there was, so no overflow.
    private int _used;
    private long _fullSince;

    /// <summary>Creates the limit with nothing granted; the first segment begins now.</summary>
    /// <param name="capacity">The permits of any window.</param>
    /// <param name="window">Its length; positive.</param>
    /// <param name="segments">
    /// Into how many segments it is divided, rounded up to clock units; four bytes each. A permit is back after (1 to 1 + 1/segments)
    /// windows.
    /// </param>
    /// <param name="clock">The source of timestamps; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number or the window is not positive, or the window too long for the clock.
    /// </exception>
    public SlidingCounter(int capacity, TimeSpan window, int segments, TimeProvider? clock = null)
        : base(capacity, clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(segments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segments, Array.MaxLength - 1);
        // Rounded up twice: S segments are never shorter than the window.
        var ticks = WindowTime.TicksOf(window, Clock);
        _length = (ticks / segments) + (ticks % segments > 0 ? 1 : 0);
        _segments = new int[segments + 1];
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
        var lacking = permits - (_capacity - _used);
        if (lacking > 0)
            return Rejected(WindowTime.Since(timestamp, TimeToFree(lacking)), _used);
        if (isTaking)
        {
            _segments[_current] += permits;
            _used += permits;
        }

        return new Decision(true, 0, _capacity - _used);
    }

    private protected override void TakeOverLocked(PermitLimit terms, long timestamp)
    {
        MoveTo(timestamp);
        var other = (SlidingCounter)terms;
        if ((other._length, other._segments.Length) != (_length, _segments.Length))
            Recount(_time.Latest, other._length, new int[other._segments.Length]);
    }

    // Puts what counts into segments of another length, each old one where its last instant lies: as late as any of it can have been taken.
    private void Recount(long now, long length, int[] segments)
    {
        // The running segment keeps its beginning, so that changes without end do not keep it running for ever; unless it has ended.
        var start = WindowTime.Since(_start, now) < length ? _start : now;
        var wasUsed = _used > 0;
        _used = 0;
        for (var back = 0L; back < _segments.Length; back++)
        {
            var last = back == 0 ? now : unchecked(_start - ((back - 1) * _length) - 1);
            var age = WindowTime.Since(last, start);
            // Segments back in the new ring, rounded up; the beginning of a segment belongs to it.
            var place = age <= 0 ? 0 : ((age - 1) / length) + 1;
            if (place >= segments.Length)
                continue;
            var used = _segments[(int)((_current - back + _segments.Length) % _segments.Length)];
            segments[(segments.Length - (int)place) % segments.Length] += used;
            _used += used;
        }

        (_start, _length, _segments, _current) = (start, length, segments, 0);
        if (_used == 0 && wasUsed)
            _fullSince = now;
    }

    // The start of the first segment in which so many permits have left with the oldest segments.
    private long TimeToFree(int permits)
    {
        var segment = 0;
        // The oldest stands just after the current one in the ring, and leaves when the next segment begins.
        for (var freed = 0; freed < permits; segment++)
            freed += _segments[(int)(((long)_current + 1 + segment) % _segments.Length)];
        return unchecked(_start + (segment * _length));
    }

    private void MoveTo(long timestamp)
    {
        var passed = WindowTime.Since(_start, _time.AdvanceTo(timestamp)) / _length;
        // One by one, because each that leaves may be the last that counted; more than the ring holds pass at once.
        for (var step = 1; step <= passed && _used > 0; step++)
        {
            _current = (_current + 1) % _segments.Length;
            _used -= _segments[_current];
            _segments[_current] = 0;
            if (_used == 0)
                _fullSince = unchecked(_start + (step * _length));
        }

        _start = unchecked(_start + (passed * _length));
    }
}
