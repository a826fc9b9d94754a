namespace Assay.Verify;

/// <summary>
/// A <see cref="TimeProvider"/> whose time moves only when a test says so. Timers fire inside <see cref="Advance"/>, on the calling
/// thread, in the order they fall due (ties in the order of creation), and each callback sees the instant it was due at.
/// </summary>
/// <remarks>
/// Due times and periods follow <see cref="TimeProvider.System"/>: whole milliseconds, truncated; minus one millisecond means never;
/// a period of zero means once; the callback runs in the execution context of the timer's creation. A timer due at once fires at the
/// next advance (<c>Advance(TimeSpan.Zero)</c> is enough), never inside <see cref="CreateTimer"/>. Safe for concurrent use; advances
/// of several threads run one after the other, so a callback must not wait for another thread's advance.
/// </remarks>
public sealed class ManualClock : TimeProvider
{
    /// <summary>The wall-clock instant a clock starts at when none is given: midnight of 1 January 2000, UTC.</summary>
    public static readonly DateTimeOffset DefaultStart = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int FiringsAtOneInstant = 100_000;

    // Held for a whole advance, so that the callbacks of two advancing threads never mix. Re-entrant: a callback may advance.
    private readonly Lock _advancing = new();

    // Guards every field below and every timer's. Never held while a callback runs, and always taken after _advancing.
    private readonly Lock _state = new();
    private readonly SortedSet<ManualTimer> _armed = new(ManualTimer.ByDueThenCreation);
    private readonly long _frequency;
    private readonly bool _allowsBackwardTimestamps;
    private long _timersCreated;

    // Ticks of 100 ns since construction; only grows. Timers are kept on this axis, so no jump of wall clock or timestamps moves them.
    private long _elapsed;

    // The wall clock and the timestamps are each an origin plus what has elapsed since that origin was set.
    private long _utcOrigin;
    private long _utcSetAt;
    private long _timestampOrigin;
    private long _timestampSetAt;
    private TimeZoneInfo _zone;

    /// <summary>Creates a clock that stands still at the given instant.</summary>
    /// <param name="start">The first wall-clock reading; <see cref="DefaultStart"/> when null.</param>
    /// <param name="timestamp">
    /// The first <see cref="GetTimestamp"/> reading, in units of <paramref name="timestampFrequency"/>; any value. Past
    /// <see cref="long.MaxValue"/> it wraps, as a hardware counter does; differences in two's complement stay right.
    /// </param>
    /// <param name="timestampFrequency">Timestamp units a second; positive. The machine's own is often 10^9, which is worth a test.</param>
    /// <param name="localTimeZone">The local time zone; UTC when null.</param>
    /// <param name="allowsBackwardTimestamps">Whether <see cref="SetTimestamp"/> may move timestamps back: a hostile clock.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timestampFrequency"/> is not positive.</exception>
    public ManualClock(
        DateTimeOffset? start = null,
        long timestamp = 0,
        long timestampFrequency = TimeSpan.TicksPerSecond,
        TimeZoneInfo? localTimeZone = null,
        bool allowsBackwardTimestamps = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timestampFrequency);
        _utcOrigin = (start ?? DefaultStart).UtcTicks;
        _timestampOrigin = timestamp;
        _frequency = timestampFrequency;
        _zone = localTimeZone ?? TimeZoneInfo.Utc;
        _allowsBackwardTimestamps = allowsBackwardTimestamps;
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => _frequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone
    {
        get
        {
            lock (_state)
                return _zone;
        }
    }

    /// <summary>The timers that are armed, in the order they would fire.</summary>
    public IReadOnlyList<PendingTimer> PendingTimers
    {
        get
        {
            lock (_state)
                return [.. _armed.Select(Describe)];
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_state)
            return UtcAfter(0);
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_state)
            return TimestampNow();
    }

    /// <summary>Moves wall clock and timestamps forward and fires every timer that falls due on the way.</summary>
    /// <param name="by">How far; zero fires only what is due already.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative or leads past <see cref="DateTimeOffset.MaxValue"/>.</exception>
    /// <exception cref="InvalidOperationException">Timers re-arm themselves at one instant without end.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_advancing)
            FireUpTo(TargetAfter(by));
    }

    /// <summary>Advances until the wall clock reads the given instant.</summary>
    /// <param name="instant">The instant; not before the present one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="instant"/> has passed: use <see cref="SetUtcNow"/> to jump back.</exception>
    public void AdvanceTo(DateTimeOffset instant)
    {
        lock (_advancing)
        {
            var by = instant - GetUtcNow();
            ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero, nameof(instant));
            Advance(by);
        }
    }

    /// <summary>Advances to the due time of the first pending timer and fires what is due there.</summary>
    /// <returns>False when no timer is pending; the time then stays as it is.</returns>
    public bool AdvanceToNextTimer()
    {
        lock (_advancing)
        {
            if (PendingTimers is not [var first, ..])
                return false;
            Advance(first.DueIn);
            return true;
        }
    }

    /// <summary>Sets the wall clock, forward or back, as an administrator or a time server does. Timestamps and timers do not notice.</summary>
    /// <param name="instant">What <see cref="GetUtcNow"/> reads from now on.</param>
    public void SetUtcNow(DateTimeOffset instant)
    {
        lock (_state)
        {
            _utcOrigin = instant.UtcTicks;
            _utcSetAt = _elapsed;
        }
    }

    /// <summary>Sets what <see cref="GetTimestamp"/> reads from now on. Wall clock and timers do not notice.</summary>
    /// <param name="timestamp">The reading, in units of <see cref="TimestampFrequency"/>.</param>
    /// <exception cref="InvalidOperationException">It lies before the present reading and the clock does not allow that.</exception>
    public void SetTimestamp(long timestamp)
    {
        lock (_state)
        {
            if (timestamp < TimestampNow() && !_allowsBackwardTimestamps)
                throw new InvalidOperationException("Timestamps are monotonic; construct the clock with allowsBackwardTimestamps: true.");
            _timestampOrigin = timestamp;
            _timestampSetAt = _elapsed;
        }
    }

    /// <summary>Sets the local time zone.</summary>
    /// <param name="zone">The zone.</param>
    public void SetLocalTimeZone(TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        lock (_state)
            _zone = zone;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var due = ManualTimer.WholeMilliseconds(dueTime, nameof(dueTime));
        var every = ManualTimer.WholeMilliseconds(period, nameof(period));
        lock (_state)
        {
            var timer = new ManualTimer(this, callback, state, _timersCreated++);
            Arm(timer, due, every);
            return timer;
        }
    }

    internal bool Change(ManualTimer timer, long dueMilliseconds, long periodMilliseconds)
    {
        lock (_state)
        {
            if (timer.IsDisposed)
                return false;
            _armed.Remove(timer);
            Arm(timer, dueMilliseconds, periodMilliseconds);
            return true;
        }
    }

    /// <summary>Disarms for good. The task completes when no callback of the timer runs any more.</summary>
    internal Task Disarm(ManualTimer timer)
    {
        lock (_state)
        {
            _armed.Remove(timer);
            timer.IsDisposed = true;
            if (timer.Running == 0)
                return Task.CompletedTask;
            timer.Idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return timer.Idle.Task;
        }
    }

    internal void CallbackEnded(ManualTimer timer)
    {
        TaskCompletionSource? idle;
        lock (_state)
            idle = --timer.Running == 0 ? timer.Idle : null;
        idle?.TrySetResult();
    }

    private void Arm(ManualTimer timer, long dueMilliseconds, long periodMilliseconds)
    {
        timer.Period = periodMilliseconds * TimeSpan.TicksPerMillisecond;
        if (dueMilliseconds < 0)
            return;
        timer.Due = _elapsed + dueMilliseconds * TimeSpan.TicksPerMillisecond;
        _armed.Add(timer);
    }

    private long TargetAfter(TimeSpan by)
    {
        lock (_state)
        {
            var room = DateTimeOffset.MaxValue - UtcAfter(0);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(by, room);
            return checked(_elapsed + by.Ticks);
        }
    }

    private void FireUpTo(long target)
    {
        var (instant, firings) = (-1L, 0);
        while (TakeDue(target) is { } timer)
        {
            firings = timer.FiredAt == instant ? firings + 1 : 1;
            instant = timer.FiredAt;
            timer.Fire();
            if (firings == FiringsAtOneInstant)
                throw new InvalidOperationException($"{firings} timer callbacks ran at one instant: timers re-arm themselves without end.");
        }
    }

    private ManualTimer? TakeDue(long target)
    {
        lock (_state)
        {
            if (_armed.Min is not { } next || next.Due > target)
            {
                // A callback that advanced may have led further than this target; time never goes back.
                _elapsed = Math.Max(_elapsed, target);
                return null;
            }

            _armed.Remove(next);
            _elapsed = Math.Max(_elapsed, next.Due);
            next.FiredAt = _elapsed;
            next.Running++;
            // Re-armed before the callback runs, so that Change and Dispose inside the callback have the last word.
            if (next.Period > 0)
            {
                next.Due += next.Period;
                _armed.Add(next);
            }

            return next;
        }
    }

    private PendingTimer Describe(ManualTimer timer)
    {
        var dueIn = Math.Max(0, timer.Due - _elapsed);
        var period = timer.Period > 0 ? TimeSpan.FromTicks(timer.Period) : Timeout.InfiniteTimeSpan;
        return new PendingTimer(TimeSpan.FromTicks(dueIn), UtcAfter(dueIn), period);
    }

    // Saturates: a callback may set the wall clock close to its end in the middle of an advance.
    private DateTimeOffset UtcAfter(long ticks)
    {
        var passed = _elapsed - _utcSetAt + ticks;
        return new DateTimeOffset(Math.Min(DateTimeOffset.MaxValue.UtcTicks, _utcOrigin + passed), TimeSpan.Zero);
    }

    // 128 bits, because ticks times a frequency of 10^9 overflow 64 within half an hour.
    private long TimestampNow()
    {
        var passed = (Int128)(_elapsed - _timestampSetAt) * _frequency / TimeSpan.TicksPerSecond;
        return unchecked(_timestampOrigin + (long)passed);
    }
}
