using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Periodic timers by the run's clock. An alarm is set only while somebody waits for the next tick, so a timer that nobody asks never keeps a deadlock
/// from being seen. Ticks that nobody waited for are one, as in the real one.
/// </summary>
[Models(typeof(PeriodicTimer))]
public static class PeriodicTimerModel
{
    public static PeriodicTimer New(TimeSpan period, int site) => New(period, TimeProvider.System, site);

    public static PeriodicTimer New(TimeSpan period, TimeProvider clock, int site)
    {
        if (Arena.Current is not { } lane || (clock != TimeProvider.System && clock != RunClock.Instance))
            return new PeriodicTimer(period, clock);
        // Refuses what the real one refuses.
        new PeriodicTimer(period, TimeProvider.System).Dispose();
        var timer = new PeriodicTimer(Timeout.InfiniteTimeSpan);
        var ticks = lane.Arena.ShadowOf<Ticks>(timer);
        (ticks.Period, ticks.Due) = (period, lane.Arena.Clock.Now + period);
        return timer;
    }

    public static ValueTask<bool> WaitForNextTickAsync(PeriodicTimer target, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane || lane.Arena.ShadowOf<Ticks>(target) is not { Period.Ticks: not 0 } ticks)
            return target.WaitForNextTickAsync(cancellationToken);
        lane.Arena.Step(lane, site, target);
        if (ticks.Waiter is { Task.IsCompleted: false })
            throw new InvalidOperationException("Another wait is in progress.");
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        if (ticks.IsStopped)
            return ValueTask.FromResult(false);
        if (ticks.Period != Timeout.InfiniteTimeSpan && lane.Arena.Clock.Now >= ticks.Due)
        {
            ticks.Advance(lane.Arena.Clock.Now);
            return ValueTask.FromResult(true);
        }

        var waiter = ticks.Waiter = new TaskCompletionSource<bool>();
        cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        ticks.Arm(lane.Arena.Clock);
        return new ValueTask<bool>(waiter.Task);
    }

    public static TimeSpan get_Period(PeriodicTimer target, int site) =>
        Arena.Current is { } lane && lane.Arena.ShadowOf<Ticks>(target) is { Period.Ticks: not 0 } ticks ? ticks.Period : target.Period;

    public static void set_Period(PeriodicTimer target, TimeSpan period, int site)
    {
        if (Arena.Current is not { } lane || lane.Arena.ShadowOf<Ticks>(target) is not { Period.Ticks: not 0 } ticks)
        {
            target.Period = period;
            return;
        }

        lane.Arena.Step(lane, site, target);
        (ticks.Period, ticks.Due) = (period, lane.Arena.Clock.Now + period);
        if (ticks.Waiter is { Task.IsCompleted: false })
            ticks.Arm(lane.Arena.Clock);
    }

    public static void Dispose(PeriodicTimer target, int site)
    {
        if (Arena.Current is { } lane)
        {
            lane.Arena.Step(lane, site, target);
            var ticks = lane.Arena.ShadowOf<Ticks>(target);
            ticks.IsStopped = true;
            ticks.Waiter?.TrySetResult(false);
        }

        target.Dispose();
    }

    private sealed class Ticks
    {
        private VirtualClock.Alarm? _alarm;

        public TimeSpan Period { get; set; }

        public TimeSpan Due { get; set; }

        public bool IsStopped { get; set; }

        public TaskCompletionSource<bool>? Waiter { get; set; }

        public void Advance(TimeSpan now)
        {
            while (Due <= now)
                Due += Period;
        }

        public void Arm(VirtualClock clock)
        {
            _alarm?.Cancel();
            if (Period == Timeout.InfiniteTimeSpan)
                return;
            var waiter = Waiter!;
            _alarm = clock.Add(Due - clock.Now, () =>
            {
                Advance(clock.Now);
                waiter.TrySetResult(true);
            });
        }
    }
}
