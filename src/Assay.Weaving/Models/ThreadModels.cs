using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Threads: never started, their bodies are lanes. What a lane lies on is no thread of its own, so whoever asks for the current one is shown another.</summary>
[Models(typeof(Thread))]
public static class ThreadModel
{
    // Threads that are made are numbered from here.
    private const int FirstMade = 1_000;

    public static Thread New(ThreadStart body, int site) => Remember(new Thread(body), _ => body(), takesArgument: false);

    public static Thread New(ThreadStart body, int stack, int site) => Remember(new Thread(body, stack), _ => body(), takesArgument: false);

    public static Thread New(ParameterizedThreadStart body, int site) => Remember(new Thread(body), argument => body(argument), takesArgument: true);

    public static Thread New(ParameterizedThreadStart body, int stack, int site) => Remember(new Thread(body, stack), argument => body(argument), takesArgument: true);

    public static Thread get_CurrentThread(int site)
    {
        if (Arena.Current is not { } lane)
            return Thread.CurrentThread;
        if (lane.Thread.Shown is { } shown)
            return shown;
        var stand = lane.Thread.Shown = new Thread(static () => { });
        var known = lane.Arena.ShadowOf<Known>(stand);
        (known.Lane, known.Thread) = (lane, lane.Thread);
        return stand;
    }

    public static int get_ManagedThreadId(Thread thread, int site) => Arena.Current is { } lane && lane.Arena.ShadowOf<Known>(thread).Thread is { } known ? known.Number : thread.ManagedThreadId;

    public static int GetCurrentProcessorId(int site) => Arena.Current is null ? Thread.GetCurrentProcessorId() : 0;

    public static void UnsafeStart(Thread thread, int site) => Start(thread, null, site);

    public static void UnsafeStart(Thread thread, object? argument, int site) => Start(thread, argument, site);

    public static ThreadState get_ThreadState(Thread thread, int site)
    {
        if (Arena.Current is not { } lane)
            return thread.ThreadState;
        lane.Arena.Step(lane, site);
        // Whether it is a background thread, the one that was never started knows.
        return (thread.ThreadState & ThreadState.Background) | lane.Arena.ShadowOf<Known>(thread).Lane switch
        {
            null => ThreadState.Unstarted,
            { State: LaneState.Done } => ThreadState.Stopped,
            { State: LaneState.Waiting } => ThreadState.WaitSleepJoin,
            _ => ThreadState.Running,
        };
    }

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

        if (argument is not null && !known.TakesArgument)
            throw new InvalidOperationException("The thread was created with a start that takes no argument.");
        if (known.Lane is not null)
            throw new ThreadStateException("The thread was started before.");
        lane.Arena.Step(lane, site);
        known.Lane = lane.Arena.Start(NameFor(lane.Arena, thread.Name), () => body(argument));
        known.Lane.Thread = known.Thread!;
    }

    public static void Join(Thread thread, int site) => Join(thread, Timeout.Infinite, site);

    public static bool Join(Thread thread, TimeSpan patience, int site) => Join(thread, Locking.Milliseconds(patience), site);

    public static bool Join(Thread thread, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return thread.Join(milliseconds);
        var patience = Locking.Patience(milliseconds);
        if (lane.Arena.ShadowOf<Known>(thread).Lane is not { } joined)
            throw new ThreadStateException("The thread was not started.");
        lane.Arena.Step(lane, site);
        return lane.Arena.WaitUntil(lane, site, joined, static (state, _) => ((Lane)state!).State == LaneState.Done, patience);
    }

    public static bool get_IsAlive(Thread thread, int site)
    {
        if (Arena.Current is not { } lane)
            return thread.IsAlive;
        lane.Arena.Step(lane, site);
        return lane.Arena.ShadowOf<Known>(thread).Lane is { State: not LaneState.Done };
    }

    public static void Sleep(TimeSpan time, int site) => Sleep(Locking.Milliseconds(time), site);

    public static void Sleep(int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            Thread.Sleep(milliseconds);
        else if (milliseconds == 0)
            lane.Arena.Step(lane, site);
        else
            lane.Arena.WaitUntil(lane, site, null, static (_, _) => false, Locking.Patience(milliseconds));
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

    private static Thread Remember(Thread thread, Action<object?> body, bool takesArgument)
    {
        if (Arena.Current is not { } lane)
            return thread;
        var known = lane.Arena.ShadowOf<Known>(thread);
        (known.Body, known.TakesArgument) = (body, takesArgument);
        known.Thread = new LaneThread(FirstMade + lane.Arena.ShadowOf<Made>(typeof(Made)).Count++) { Shown = thread };
        return thread;
    }

    private sealed class Known
    {
        public Action<object?>? Body { get; set; }

        public bool TakesArgument { get; set; }

        public Lane? Lane { get; set; }

        public LaneThread? Thread { get; set; }
    }

    private sealed class Made
    {
        public int Count { get; set; }
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

    public static bool QueueUserWorkItem<TState>(Action<TState> body, TState state, bool preferLocal, int site) =>
        Arena.Current is null ? ThreadPool.QueueUserWorkItem(body, state, preferLocal) : QueueUserWorkItem(_ => body(state), null, site);
}

/// <summary>Spinning lets others go first.</summary>
[Models(typeof(SpinWait))]
public static class SpinWaitModel
{
    public static void SpinOnce(ref SpinWait spin, int site)
    {
        if (Arena.Current is null)
            spin.SpinOnce();
        else
            Turn(ref spin);
        Hooks.Step(null, site);
    }

    public static void SpinOnce(ref SpinWait spin, int threshold, int site)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, -1);
        if (Arena.Current is null)
            spin.SpinOnce(threshold);
        else
            Turn(ref spin);
        Hooks.Step(null, site);
    }

    // What the turns add up to decides whether the next one would yield; to turn for real would only take time.
    private static void Turn(ref SpinWait spin) => Unsafe.As<SpinWait, int>(ref spin)++;

    public static void SpinUntil(Func<bool> condition, int site) => SpinUntil(condition, Timeout.Infinite, site);

    public static bool SpinUntil(Func<bool> condition, TimeSpan patience, int site) => SpinUntil(condition, Locking.Milliseconds(patience), site);

    public static bool SpinUntil(Func<bool> condition, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return SpinWait.SpinUntil(condition, milliseconds);
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, Timeout.Infinite);
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
