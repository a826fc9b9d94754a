using Assay.Verify.Exploration;

namespace Assay.Weaving;

/// <summary>The run's clock as code under test takes it. Outside of a run it stands at its start.</summary>
public sealed class RunClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private RunClock()
    {
    }

    /// <summary>The one there is; each run has its own time.</summary>
    public static RunClock Instance { get; } = new();

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    private static TimeSpan Now => Arena.Current?.Arena.Clock.Now ?? TimeSpan.Zero;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start + Now;

    /// <inheritdoc/>
    public override long GetTimestamp() => Now.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new RunTimer(() => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>What code that asks for a clock gets: of the system's, the run's.</summary>
    internal static TimeProvider InsteadOf(TimeProvider clock) => Arena.Current is not null && clock == System ? Instance : clock;

    internal sealed class RunTimer(Action callback) : ITimer
    {
        private VirtualClock.Alarm? _alarm;
        private PeriodicTimers? _counted;
        private Lane? _last;
        private int _ringing;
        private TaskCompletionSource? _silence;

        /// <summary>Whether a callback is under way, or about to be.</summary>
        public bool IsRinging => _ringing > 0;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime < TimeSpan.Zero || Arena.Current is not { Arena: var arena })
                return true;
            Set(arena, dueTime, period);
            if (period > TimeSpan.Zero)
                (_counted = PeriodicTimers.Of(arena)).Count++;
            return true;
        }

        public void Dispose()
        {
            _alarm?.Cancel();
            if (_counted is not null)
                _counted.Count--;
            _counted = null;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return IsRinging ? new ValueTask((_silence ??= new TaskCompletionSource()).Task) : ValueTask.CompletedTask;
        }

        private void Set(Arena arena, TimeSpan due, TimeSpan period) => _alarm = arena.Clock.Add(due, () =>
        {
            _ringing++;
            // One lane for all rings, unless a callback takes longer than the period: then they overlap, as they do without exploration.
            if (_last is null || !arena.StartAgain(_last, Ring))
                _last = arena.Start("timer", Ring);
            _last.IsBackground = true;
            if (period > TimeSpan.Zero)
                Set(arena, period, period);
        });

        private void Ring()
        {
            try
            {
                callback();
            }
            finally
            {
                // Who waits for the end of all callbacks goes on now.
                if (--_ringing == 0)
                    _silence?.TrySetResult();
            }
        }
    }
}

/// <summary>The timers of a run that ring again and again until somebody stops them: one too many works on unseen.</summary>
internal sealed class PeriodicTimers
{
    public int Count { get; set; }

    public static PeriodicTimers Of(Arena arena) => arena.ShadowOf<PeriodicTimers>(typeof(PeriodicTimers));
}
