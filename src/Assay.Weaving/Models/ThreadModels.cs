using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Threads: never started, their bodies are lanes.</summary>
[Models(typeof(Thread))]
public static class ThreadModel
{
    public static Thread New(ThreadStart body, int site) => Remember(new Thread(body), _ => body());

    public static Thread New(ThreadStart body, int stack, int site) => Remember(new Thread(body, stack), _ => body());

    public static Thread New(ParameterizedThreadStart body, int site) => Remember(new Thread(body), argument => body(argument));

    public static void Start(Thread thread, int site) => Start(thread, null, site);

    public static void Start(Thread thread, object? argument, int site)
    {
        if (Arena.Current is not { } lane)
        {
            // Only a thread whose body takes an argument may be given one.
            if (argument is null)
                thread.Start();
            else
                thread.Start(argument);
            return;
        }

        var known = lane.Arena.ShadowOf<Known>(thread);
        if (known.Body is not { } body)
        {
            Hooks.Uncontrolled(site);
            return;
        }

        if (known.Lane is not null)
            throw new ThreadStateException("The thread was started before.");
        lane.Arena.Step(lane, site);
        known.Lane = lane.Arena.Start(NameFor(lane.Arena, thread.Name), () => body(argument));
    }

    public static void Join(Thread thread, int site) => Join(thread, Timeout.Infinite, site);

    public static bool Join(Thread thread, TimeSpan patience, int site) => Join(thread, (int)patience.TotalMilliseconds, site);

    public static bool Join(Thread thread, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return thread.Join(milliseconds);
        if (lane.Arena.ShadowOf<Known>(thread).Lane is not { } joined)
            throw new ThreadStateException("The thread was not started.");
        lane.Arena.Step(lane, site);
        return lane.Arena.WaitUntil(lane, site, joined, static (state, _) => ((Lane)state!).State == LaneState.Done, Locking.Patience(milliseconds));
    }

    public static bool get_IsAlive(Thread thread, int site)
    {
        if (Arena.Current is not { } lane)
            return thread.IsAlive;
        lane.Arena.Step(lane, site);
        return lane.Arena.ShadowOf<Known>(thread).Lane is { State: not LaneState.Done };
    }

    public static void Sleep(int milliseconds, int site) => Sleep(TimeSpan.FromMilliseconds(milliseconds), site);

    public static void Sleep(TimeSpan time, int site)
    {
        if (Arena.Current is not { } lane)
            Thread.Sleep(time);
        else if (time == TimeSpan.Zero)
            lane.Arena.Step(lane, site);
        else
            lane.Arena.WaitUntil(lane, site, null, static (_, _) => false, time < TimeSpan.Zero ? null : time);
    }

    public static bool Yield(int site)
    {
        Hooks.Step(null, site);
        return true;
    }

    public static void SpinWait(int iterations, int site) => Hooks.Step(null, site);

    // Threads of one name are several all the same.
    private static string NameFor(Arena arena, string? name)
    {
        if (name is null)
            return $"thread {arena.LaneCount}";
        var same = Enumerable.Range(0, arena.LaneCount).Count(number => arena.Lanes[number].Name is var other && (other == name || other.StartsWith(name + " (", StringComparison.Ordinal)));
        return same == 0 ? name : $"{name} ({same + 1})";
    }

    private static Thread Remember(Thread thread, Action<object?> body)
    {
        if (Arena.Current is { } lane)
            lane.Arena.ShadowOf<Known>(thread).Body = body;
        return thread;
    }

    private sealed class Known
    {
        public Action<object?>? Body { get; set; }

        public Lane? Lane { get; set; }
    }
}

/// <summary>Work for the pool.</summary>
[Models(typeof(ThreadPool))]
public static class ThreadPoolModel
{
    public static bool QueueUserWorkItem(WaitCallback body, int site) => QueueUserWorkItem(body, null, site);

    public static bool QueueUserWorkItem(WaitCallback body, object? state, int site)
    {
        if (Arena.Current is not { } lane)
            return ThreadPool.QueueUserWorkItem(body, state);
        lane.Arena.Step(lane, site);
        lane.Arena.Start($"work item {lane.Arena.LaneCount}", () => body(state));
        return true;
    }
}

/// <summary>Spinning lets others go first.</summary>
[Models(typeof(SpinWait))]
public static class SpinWaitModel
{
    public static void SpinOnce(ref SpinWait spin, int site)
    {
        if (Arena.Current is null)
            spin.SpinOnce();
        Hooks.Step(null, site);
    }

    public static void SpinOnce(ref SpinWait spin, int threshold, int site)
    {
        if (Arena.Current is null)
            spin.SpinOnce(threshold);
        Hooks.Step(null, site);
    }

    public static void SpinUntil(Func<bool> condition, int site) => SpinUntil(condition, Timeout.Infinite, site);

    public static bool SpinUntil(Func<bool> condition, TimeSpan patience, int site) => SpinUntil(condition, (int)patience.TotalMilliseconds, site);

    public static bool SpinUntil(Func<bool> condition, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return SpinWait.SpinUntil(condition, milliseconds);
        var end = milliseconds < 0 ? TimeSpan.MaxValue : lane.Arena.Clock.Now + TimeSpan.FromMilliseconds(milliseconds);
        // The clock moves under whoever spins alone.
        while (!condition())
        {
            if (lane.Arena.Clock.Now >= end)
                return false;
            lane.Arena.Step(lane, site);
        }

        return true;
    }
}

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

    public static Timer New(TimerCallback callback, object? state, TimeSpan due, TimeSpan period, int site)
    {
        if (Arena.Current is not { } lane)
            return new Timer(callback, state, due, period);
        var timer = new Timer(callback, state, Timeout.Infinite, Timeout.Infinite);
        var known = lane.Arena.ShadowOf<Known>(timer);
        known.Callback = () => callback(state);
        Set(known, due, period);
        return timer;
    }

    public static bool Change(Timer timer, int due, int period, int site) => Change(timer, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period), site);

    public static bool Change(Timer timer, long due, long period, int site) => Change(timer, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period), site);

    public static bool Change(Timer timer, TimeSpan due, TimeSpan period, int site)
    {
        if (Arena.Current is not { } lane)
            return timer.Change(due, period);
        lane.Arena.Step(lane, site, timer);
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

    public static ValueTask DisposeAsync(Timer timer, int site)
    {
        Dispose(timer, site);
        return ValueTask.CompletedTask;
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
