namespace Assay.Reference.Ledger;

/// <summary>Wakes a ledger when something is due, so that it happens without traffic.</summary>
internal sealed class DueAlarm : IDisposable
{
    // A wait is counted on the monotonic clock, the instant is on the wall clock: after a jump of the latter the alarm is no later than this.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly DueQueue _due;
    private readonly ITimer _timer;
    private bool _isDisposed;

    public DueAlarm(TimeProvider clock, DueQueue due, Action run)
    {
        (_clock, _due) = (clock, due);
        _timer = clock.CreateTimer(_ => run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Arms the timer for the first in the queue.</summary>
    public void Arm()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _timer.Change(_due.First is { } first ? WaitFor(first) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

    // Up to the next whole millisecond, which is what timers count: one that rang early would find nothing due.
    private TimeSpan WaitFor(DateTimeOffset first)
    {
        var wait = first - _clock.GetUtcNow();
        if (wait <= TimeSpan.Zero)
            return TimeSpan.Zero;
        return wait >= LongestWait ? LongestWait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }
}
