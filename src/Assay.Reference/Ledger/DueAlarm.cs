namespace Assay.Reference.Ledger;

/// <summary>Wakes a ledger when something is due, so that it happens without traffic.</summary>
internal sealed class DueAlarm : IDisposable
{
    // A wait is counted on the monotonic clock, the instant is on the wall clock: after a jump of the latter the alarm is no later than this.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private const long Unarmed = -1;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly DueQueue _due;
    private readonly ITimer _timer;

    // The instant the timer is set for, so that a request that changes nothing about it costs a comparison.
    private long _armedFor = long.MaxValue;
    private bool _isDisposed;

    public DueAlarm(TimeProvider clock, DueQueue due, Action run)
    {
        (_clock, _due) = (clock, due);
        _timer = clock.CreateTimer(_ => Ring(run), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets the timer for the first in the queue, unless it is.</summary>
    public void Arm()
    {
        if (Volatile.Read(ref _armedFor) == _due.First)
            return;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            var first = _due.First;
            Volatile.Write(ref _armedFor, first);
            _timer.Change(first == long.MaxValue ? Timeout.InfiniteTimeSpan : WaitFor(first), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void Ring(Action run)
    {
        // Rung, so not set any more. What runs now arms it again, also when it has rung before the instant.
        Volatile.Write(ref _armedFor, Unarmed);
        run();
    }

    // Up to the next whole millisecond, which is what timers count: one that rang early would find nothing due.
    private TimeSpan WaitFor(long first)
    {
        var wait = TimeSpan.FromTicks(first - _clock.GetUtcNow().UtcTicks);
        if (wait <= TimeSpan.Zero)
            return TimeSpan.Zero;
        return wait >= LongestWait ? LongestWait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }
}
