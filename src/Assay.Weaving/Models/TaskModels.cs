// These stand in for the very calls that block; in a run they hand the baton on instead.
#pragma warning disable ASSAY1001
using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Tasks: started as lanes, waited for in lanes, delayed by the run's clock. Combinations of tasks need no model.</summary>
[Models(typeof(Task))]
public static class TaskModel
{
    private const int FewTurns = 3;

    public static Task Run(Action body, int site) => Run(body, CancellationToken.None, site);

    public static Task Run(Action body, CancellationToken cancellationToken, int site) =>
        Starts(site) ? Task.Factory.StartNew(body, cancellationToken, TaskCreationOptions.DenyChildAttach, LaneScheduler.Instance) : Task.Run(body, cancellationToken);

    public static Task<TResult> Run<TResult>(Func<TResult> body, int site) => Run(body, CancellationToken.None, site);

    public static Task<TResult> Run<TResult>(Func<TResult> body, CancellationToken cancellationToken, int site) =>
        Starts(site) ? Task.Factory.StartNew(body, cancellationToken, TaskCreationOptions.DenyChildAttach, LaneScheduler.Instance) : Task.Run(body, cancellationToken);

    public static Task Run(Func<Task> body, int site) => Run(body, CancellationToken.None, site);

    public static Task Run(Func<Task> body, CancellationToken cancellationToken, int site) =>
        Starts(site) ? Task.Factory.StartNew(body, cancellationToken, TaskCreationOptions.DenyChildAttach, LaneScheduler.Instance).Unwrap() : Task.Run(body, cancellationToken);

    public static Task<TResult> Run<TResult>(Func<Task<TResult>> body, int site) => Run(body, CancellationToken.None, site);

    public static Task<TResult> Run<TResult>(Func<Task<TResult>> body, CancellationToken cancellationToken, int site) =>
        Starts(site) ? Task.Factory.StartNew(body, cancellationToken, TaskCreationOptions.DenyChildAttach, LaneScheduler.Instance).Unwrap() : Task.Run(body, cancellationToken);

    public static void Start(Task task, int site)
    {
        if (Starts(site))
            task.Start(LaneScheduler.Instance);
        else
            task.Start();
    }

    public static void Start(Task task, TaskScheduler scheduler, int site) => task.Start(Schedulers.For(scheduler, site));

    public static void RunSynchronously(Task task, int site) => RunSynchronously(task, TaskScheduler.Current, site);

    public static void RunSynchronously(Task task, TaskScheduler scheduler, int site)
    {
        if (Schedulers.For(scheduler, site) == LaneScheduler.Instance)
            task.RunSynchronously(HereScheduler.Instance);
        else
            task.RunSynchronously(scheduler);
    }

    public static Task ContinueWith(Task task, Action<Task> then, int site) =>
        task.ContinueWith(then, Schedulers.Current(site));

    public static Task ContinueWith(Task task, Action<Task> then, CancellationToken cancellationToken, int site) =>
        task.ContinueWith(then, cancellationToken, TaskContinuationOptions.None, Schedulers.Current(site));

    public static Task ContinueWith(Task task, Action<Task> then, TaskContinuationOptions options, int site) =>
        task.ContinueWith(then, CancellationToken.None, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.Current(site));

    public static Task ContinueWith(Task task, Action<Task> then, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, Schedulers.For(scheduler, site));

    public static Task ContinueWith(Task task, Action<Task> then, CancellationToken cancellationToken, TaskContinuationOptions options, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, cancellationToken, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.For(scheduler, site));

    public static Task<TResult> ContinueWith<TResult>(Task task, Func<Task, TResult> then, int site) =>
        task.ContinueWith(then, Schedulers.Current(site));

    public static Task<TResult> ContinueWith<TResult>(Task task, Func<Task, TResult> then, CancellationToken cancellationToken, int site) =>
        task.ContinueWith(then, cancellationToken, TaskContinuationOptions.None, Schedulers.Current(site));

    public static Task<TResult> ContinueWith<TResult>(Task task, Func<Task, TResult> then, TaskContinuationOptions options, int site) =>
        task.ContinueWith(then, CancellationToken.None, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.Current(site));

    public static Task<TResult> ContinueWith<TResult>(Task task, Func<Task, TResult> then, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, Schedulers.For(scheduler, site));

    public static Task<TResult> ContinueWith<TResult>(Task task, Func<Task, TResult> then, CancellationToken cancellationToken, TaskContinuationOptions options, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, cancellationToken, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.For(scheduler, site));

    // To be forced to yield is to go on as a lane; where there is nothing to wait for, it may as well go on at once.
    public static ConfiguredTaskAwaitable ConfigureAwait(Task task, ConfigureAwaitOptions options, int site) =>
        task.ConfigureAwait(Arena.Current is null ? options : options & ~ConfigureAwaitOptions.ForceYielding);

    public static IAsyncEnumerable<Task> WhenEach(Task[] tasks, int site) => Arena.Current is null ? Task.WhenEach(tasks) : Arrivals.Of(tasks, site);

    public static IAsyncEnumerable<Task> WhenEach(ReadOnlySpan<Task> tasks, int site) => Arena.Current is null ? Task.WhenEach(tasks) : Arrivals.Of(tasks.ToArray(), site);

    public static IAsyncEnumerable<Task> WhenEach(IEnumerable<Task> tasks, int site) => Arena.Current is null ? Task.WhenEach(tasks) : Arrivals.Of([.. tasks], site);

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(Task<TResult>[] tasks, int site) => Arena.Current is null ? Task.WhenEach(tasks) : Arrivals.Of(tasks, site);

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(ReadOnlySpan<Task<TResult>> tasks, int site) => Arena.Current is null ? Task.WhenEach(tasks) : Arrivals.Of(tasks.ToArray(), site);

    public static IAsyncEnumerable<Task<TResult>> WhenEach<TResult>(IEnumerable<Task<TResult>> tasks, int site) => Arena.Current is null ? Task.WhenEach(tasks) : Arrivals.Of([.. tasks], site);

    public static Task Delay(TimeSpan time, int site) => Delay(time, CancellationToken.None, site);

    public static Task Delay(int milliseconds, int site) => Delay(TimeSpan.FromMilliseconds(milliseconds), CancellationToken.None, site);

    public static Task Delay(int milliseconds, CancellationToken cancellationToken, int site) => Delay(TimeSpan.FromMilliseconds(milliseconds), cancellationToken, site);

    public static Task Delay(TimeSpan time, TimeProvider clock, int site) => Delay(time, clock, CancellationToken.None, site);

    public static Task Delay(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken, int site) =>
        RunClock.InsteadOf(clock) == RunClock.Instance ? Delay(time, cancellationToken, site) : Task.Delay(time, clock, cancellationToken);

    public static Task Delay(TimeSpan time, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is not { } lane)
            return Task.Delay(time, cancellationToken);
        ArgumentOutOfRangeException.ThrowIfLessThan((long)time.TotalMilliseconds, Timeout.Infinite, nameof(time));
        lane.Arena.Step(lane, site);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        if (time == TimeSpan.Zero)
            return Task.CompletedTask;
        CallRecord.NoteWork();
        // What awaits it is a lane of its own; only combinations of tasks complete inline, and they must, for the pool is not controlled.
        var promise = new TaskCompletionSource();
        cancellationToken.Register(() => promise.TrySetCanceled(cancellationToken));
        if (time > TimeSpan.Zero)
            lane.Arena.Clock.Add(time, () => promise.TrySetResult());
        return promise.Task;
    }

    public static Task WaitAsync(Task task, CancellationToken cancellationToken, int site)
    {
        Hooks.Step(task, site);
        return task.WaitAsync(cancellationToken);
    }

    public static Task WaitAsync(Task task, TimeSpan patience, int site) => WaitAsync(task, patience, CancellationToken.None, site);

    public static Task WaitAsync(Task task, TimeSpan patience, CancellationToken cancellationToken, int site) => WaitAsync(task, patience, TimeProvider.System, cancellationToken, site);

    public static Task WaitAsync(Task task, TimeSpan patience, TimeProvider clock, int site) => WaitAsync(task, patience, clock, CancellationToken.None, site);

    public static Task WaitAsync(Task task, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken, int site)
    {
        Hooks.Step(task, site);
        return task.WaitAsync(patience, RunClock.InsteadOf(clock), cancellationToken);
    }

    // What follows is a lane, and whoever called goes on: nobody has to make way, unless it comes here again and again, as one does who waits.
    public static YieldAwaitable Yield(int site)
    {
        if (Arena.Current is { } lane && Turns.Count(lane, site) > FewTurns)
            Hooks.Step(null, site);
        return Task.Yield();
    }

    public static void Wait(Task task, int site) => Wait(task, Timeout.Infinite, CancellationToken.None, site);

    public static void Wait(Task task, CancellationToken cancellationToken, int site) => Wait(task, Timeout.Infinite, cancellationToken, site);

    public static bool Wait(Task task, int milliseconds, int site) => Wait(task, milliseconds, CancellationToken.None, site);

    public static bool Wait(Task task, TimeSpan patience, int site) => Wait(task, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static bool Wait(Task task, TimeSpan patience, CancellationToken cancellationToken, int site) => Wait(task, Locking.Milliseconds(patience), cancellationToken, site);

    // Once it has completed, the real one is asked: it wraps what was thrown.
    public static bool Wait(Task task, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is null)
            return task.Wait(milliseconds, cancellationToken);
        return Blocking.Await([task], isAll: true, Locking.Patience(milliseconds), cancellationToken, site) && task.Wait(milliseconds, cancellationToken);
    }

    public static void WaitAll(Task[] tasks, int site) => WaitAll(tasks, Timeout.Infinite, CancellationToken.None, site);

    public static void WaitAll(ReadOnlySpan<Task> tasks, int site) => WaitAll(tasks.ToArray(), site);

    public static void WaitAll(Task[] tasks, CancellationToken cancellationToken, int site) => WaitAll(tasks, Timeout.Infinite, cancellationToken, site);

    public static void WaitAll(IEnumerable<Task> tasks, CancellationToken cancellationToken, int site) => WaitAll([.. tasks], Timeout.Infinite, cancellationToken, site);

    public static bool WaitAll(Task[] tasks, int milliseconds, int site) => WaitAll(tasks, milliseconds, CancellationToken.None, site);

    public static bool WaitAll(Task[] tasks, TimeSpan patience, int site) => WaitAll(tasks, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static bool WaitAll(Task[] tasks, int milliseconds, CancellationToken cancellationToken, int site)
    {
        // What is refused is refused before anybody waits.
        if (Arena.Current is null || tasks is null || Array.IndexOf(tasks, null!) >= 0 || cancellationToken.IsCancellationRequested)
            return Task.WaitAll(tasks!, milliseconds, cancellationToken);
        return Blocking.Await(tasks, isAll: true, Locking.Patience(milliseconds), cancellationToken, site) && Task.WaitAll(tasks, milliseconds, CancellationToken.None);
    }

    public static int WaitAny(Task[] tasks, int site) => WaitAny(tasks, Timeout.Infinite, CancellationToken.None, site);

    public static int WaitAny(Task[] tasks, CancellationToken cancellationToken, int site) => WaitAny(tasks, Timeout.Infinite, cancellationToken, site);

    public static int WaitAny(Task[] tasks, int milliseconds, int site) => WaitAny(tasks, milliseconds, CancellationToken.None, site);

    public static int WaitAny(Task[] tasks, TimeSpan patience, int site) => WaitAny(tasks, Locking.Milliseconds(patience), CancellationToken.None, site);

    public static int WaitAny(Task[] tasks, int milliseconds, CancellationToken cancellationToken, int site)
    {
        if (Arena.Current is null || tasks is not { Length: > 0 } || Array.IndexOf(tasks, null!) >= 0 || cancellationToken.IsCancellationRequested)
            return Task.WaitAny(tasks!, milliseconds, cancellationToken);
        return Blocking.Await(tasks, isAll: false, Locking.Patience(milliseconds), cancellationToken, site) ? Task.WaitAny(tasks, CancellationToken.None) : -1;
    }

    private static bool Starts(int site)
    {
        if (Arena.Current is not { } lane)
            return false;
        lane.Arena.Step(lane, site);
        return true;
    }
}

/// <summary>Tasks with a result.</summary>
[Models(typeof(Task<>))]
public static class TaskOfModel
{
    public static TResult get_Result<TResult>(Task<TResult> task, int site)
    {
        Blocking.Await(task, site);
        return task.Result;
    }

    public static Task<TResult> WaitAsync<TResult>(Task<TResult> task, CancellationToken cancellationToken, int site)
    {
        Hooks.Step(task, site);
        return task.WaitAsync(cancellationToken);
    }

    public static Task<TResult> WaitAsync<TResult>(Task<TResult> task, TimeSpan patience, int site) => WaitAsync(task, patience, CancellationToken.None, site);

    public static Task<TResult> WaitAsync<TResult>(Task<TResult> task, TimeSpan patience, CancellationToken cancellationToken, int site) =>
        WaitAsync(task, patience, TimeProvider.System, cancellationToken, site);

    public static Task<TResult> WaitAsync<TResult>(Task<TResult> task, TimeSpan patience, TimeProvider clock, int site) => WaitAsync(task, patience, clock, CancellationToken.None, site);

    public static Task<TResult> WaitAsync<TResult>(Task<TResult> task, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken, int site)
    {
        Hooks.Step(task, site);
        return task.WaitAsync(patience, RunClock.InsteadOf(clock), cancellationToken);
    }

    public static ConfiguredTaskAwaitable<TResult> ConfigureAwait<TResult>(Task<TResult> task, ConfigureAwaitOptions options, int site) =>
        task.ConfigureAwait(Arena.Current is null ? options : options & ~ConfigureAwaitOptions.ForceYielding);

    public static Task ContinueWith<TResult>(Task<TResult> task, Action<Task<TResult>> then, int site) =>
        task.ContinueWith(then, Schedulers.Current(site));

    public static Task ContinueWith<TResult>(Task<TResult> task, Action<Task<TResult>> then, CancellationToken cancellationToken, int site) =>
        task.ContinueWith(then, cancellationToken, TaskContinuationOptions.None, Schedulers.Current(site));

    public static Task ContinueWith<TResult>(Task<TResult> task, Action<Task<TResult>> then, TaskContinuationOptions options, int site) =>
        task.ContinueWith(then, CancellationToken.None, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.Current(site));

    public static Task ContinueWith<TResult>(Task<TResult> task, Action<Task<TResult>> then, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, Schedulers.For(scheduler, site));

    public static Task ContinueWith<TResult>(Task<TResult> task, Action<Task<TResult>> then, CancellationToken cancellationToken, TaskContinuationOptions options, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, cancellationToken, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.For(scheduler, site));

    public static Task<TNew> ContinueWith<TResult, TNew>(Task<TResult> task, Func<Task<TResult>, TNew> then, int site) =>
        task.ContinueWith(then, Schedulers.Current(site));

    public static Task<TNew> ContinueWith<TResult, TNew>(Task<TResult> task, Func<Task<TResult>, TNew> then, CancellationToken cancellationToken, int site) =>
        task.ContinueWith(then, cancellationToken, TaskContinuationOptions.None, Schedulers.Current(site));

    public static Task<TNew> ContinueWith<TResult, TNew>(Task<TResult> task, Func<Task<TResult>, TNew> then, TaskContinuationOptions options, int site) =>
        task.ContinueWith(then, CancellationToken.None, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.Current(site));

    public static Task<TNew> ContinueWith<TResult, TNew>(Task<TResult> task, Func<Task<TResult>, TNew> then, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, Schedulers.For(scheduler, site));

    public static Task<TNew> ContinueWith<TResult, TNew>(Task<TResult> task, Func<Task<TResult>, TNew> then, CancellationToken cancellationToken, TaskContinuationOptions options, TaskScheduler scheduler, int site) =>
        task.ContinueWith(then, cancellationToken, options & ~TaskContinuationOptions.ExecuteSynchronously, Schedulers.For(scheduler, site));
}

/// <summary>Results taken from awaiters: after an await they are there, elsewhere they are waited for.</summary>
[Models(typeof(TaskAwaiter))]
public static class TaskAwaiterModel
{
    public static void GetResult(ref TaskAwaiter awaiter, int site)
    {
        if (Arena.Current is { } lane)
            Blocking.Await(awaiter, awaiter.IsCompleted, lane, site);
        awaiter.GetResult();
    }
}

/// <summary>The same with a result.</summary>
[Models(typeof(TaskAwaiter<>))]
public static class TaskAwaiterOfModel
{
    public static TResult GetResult<TResult>(ref TaskAwaiter<TResult> awaiter, int site)
    {
        if (Arena.Current is { } lane)
            Blocking.Await(awaiter, awaiter.IsCompleted, lane, site);
        return awaiter.GetResult();
    }
}

/// <summary>How often a call of the program has come to a place.</summary>
internal sealed class Turns
{
    private readonly Dictionary<(LaneChance Call, int Site), int> _counts = [];

    public static int Count(Lane lane, int site)
    {
        var counts = lane.Arena.ShadowOf<Turns>(typeof(Turns))._counts;
        return counts[(lane.Chance, site)] = counts.GetValueOrDefault((lane.Chance, site)) + 1;
    }
}

/// <summary>Waiting for tasks in a lane.</summary>
internal static class Blocking
{
    public static void Await<TAwaiter>(TAwaiter awaiter, bool isCompleted, Lane lane, int site)
    {
        if (!isCompleted)
            lane.Arena.WaitUntil(lane, site, new Box<TAwaiter>(awaiter), AwaiterProbe<TAwaiter>.IsCompleted);
        // Thrown anew for each who awaits: one that goes through many would carry the trace of all.
        else if (lane.Arena.IsEnding)
            throw new RunEndedException();
    }

    public static void Await(Task task, int site)
    {
        if (Arena.Current is not { } lane)
            return;
        lane.Arena.Step(lane, site);
        lane.Arena.WaitUntil(lane, site, task, static (state, _) => ((Task)state!).IsCompleted);
    }

    /// <exception cref="OperationCanceledException">The token came first.</exception>
    public static bool Await(Task[] tasks, bool isAll, TimeSpan? patience, CancellationToken cancellationToken, int site)
    {
        var lane = Arena.Current!;
        lane.Arena.Step(lane, site);
        var hasEnded = Locking.Until(lane, site, tasks, () => isAll ? Array.TrueForAll(tasks, task => task.IsCompleted) : Array.Exists(tasks, task => task.IsCompleted), patience, cancellationToken);
        if (!hasEnded)
            cancellationToken.ThrowIfCancellationRequested();
        return hasEnded;
    }
}
