using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Timers: their callbacks are lanes, and the run's clock rings them.</summary>
[Models(typeof(Timer))]
public static class TimerModel
{
    public static Timer New(TimerCallback callback, int site)
    {
        if (Arena.Current is not { } lane)
            return new Timer(callback);
        var timer = new Timer(callback);
        lane.Arena.ShadowOf<Known>(timer).Callback = () => callback(timer);
        return timer;
    }

    public static Timer New(TimerCallback callback, object? state, long due, long period, int site) =>
        New(callback, state, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period), site);

    public static Timer New(TimerCallback callback, object? state, int due, int period, int site) =>
        New(callback, state, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period), site);

    public static Timer New(TimerCallback callback, object? state, uint due, uint period, int site) => New(callback, state, Signed(due), Signed(period), site);

    public static Timer New(TimerCallback callback, object? state, TimeSpan due, TimeSpan period, int site)
    {
        if (Arena.Current is not { } lane)
            return new Timer(callback, state, due, period);
        Require(due, period);
        var timer = new Timer(callback, state, Timeout.Infinite, Timeout.Infinite);
        var known = lane.Arena.ShadowOf<Known>(timer);
        known.Callback = () => callback(state);
        Set(known, due, period);
        return timer;
    }

    public static bool Change(Timer timer, int due, int period, int site) => Change(timer, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period), site);

    public static bool Change(Timer timer, long due, long period, int site) => Change(timer, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period), site);

    public static bool Change(Timer timer, uint due, uint period, int site) => Change(timer, Signed(due), Signed(period), site);

    public static bool Change(Timer timer, TimeSpan due, TimeSpan period, int site)
    {
        if (Arena.Current is not { } lane)
            return timer.Change(due, period);
        Require(due, period);
        lane.Arena.Step(lane, site, timer);
        // Tells a disposed one.
        if (!timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan))
            return false;
        Set(lane.Arena.ShadowOf<Known>(timer), due, period);
        return true;
    }

    public static void Dispose(Timer timer, int site)
    {
        if (Arena.Current is { } lane)
        {
            Hooks.Step(timer, site);
            lane.Arena.ShadowOf<Known>(timer).Ring?.Dispose();
        }

        timer.Dispose();
    }

    public static bool Dispose(Timer timer, WaitHandle told, int site)
    {
        if (Arena.Current is not { } lane)
            return timer.Dispose(told);
        ArgumentNullException.ThrowIfNull(told);
        var isFirst = timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Dispose(timer, site);
        var ring = lane.Arena.ShadowOf<Known>(timer).Ring;
        // Told when the last callback has ended.
        if (isFirst)
            Handles.Follow(told, () => ring is not RunClock.RunTimer { IsRinging: true });
        return isFirst;
    }

    public static ValueTask DisposeAsync(Timer timer, int site)
    {
        if (Arena.Current is not { } lane)
            return timer.DisposeAsync();
        Dispose(timer, site);
        return lane.Arena.ShadowOf<Known>(timer).Ring?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private static long Signed(uint milliseconds) => milliseconds == uint.MaxValue ? Timeout.Infinite : milliseconds;

    private static void Require(TimeSpan due, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((long)due.TotalMilliseconds, Timeout.Infinite, nameof(due));
        ArgumentOutOfRangeException.ThrowIfLessThan((long)period.TotalMilliseconds, Timeout.Infinite, nameof(period));
    }

    private static void Set(Known known, TimeSpan due, TimeSpan period)
    {
        if (known.Callback is not { } callback)
            return;
        known.Ring ??= RunClock.Instance.CreateTimer(_ => callback(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        known.Ring.Change(due, period);
    }

    private sealed class Known
    {
        public Action? Callback { get; set; }

        public ITimer? Ring { get; set; }
    }
}
