namespace Assay.Verify;

/// <summary>One timer of a <see cref="ManualClock"/>; the clock guards its fields and decides when it fires.</summary>
internal sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state, long number) : ITimer
{
    // The longest time the system's timers accept, about 49.7 days.
    private const long LongestMilliseconds = 0xfffffffe;

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly long _number = number;

    public static IComparer<ManualTimer> ByDueThenCreation { get; } = Comparer<ManualTimer>.Create(
        (left, right) => left.Due != right.Due ? left.Due.CompareTo(right.Due) : left._number.CompareTo(right._number));

    // On the clock's own axis. Must not change while the timer is in the clock's sorted set.
    public long Due { get; set; }

    public long Period { get; set; }

    public long FiredAt { get; set; }

    public bool IsDisposed { get; set; }

    // More than one when a callback advances the clock past the timer's next due time.
    public int Running { get; set; }

    public TaskCompletionSource? Idle { get; set; }

    public static long WholeMilliseconds(TimeSpan time, string parameter)
    {
        var milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, LongestMilliseconds, parameter);
        return milliseconds;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) =>
        clock.Change(this, WholeMilliseconds(dueTime, nameof(dueTime)), WholeMilliseconds(period, nameof(period)));

    // Unlike DisposeAsync it does not wait for callbacks that still run.
    public void Dispose() => _ = clock.Disarm(this);

    public ValueTask DisposeAsync() => new(clock.Disarm(this));

    public void Fire()
    {
        try
        {
            if (_context is null)
                callback(state);
            else
                ExecutionContext.Run(_context, _ => callback(state), null);
        }
        finally
        {
            clock.CallbackEnded(this);
        }
    }
}
