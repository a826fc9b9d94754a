// These stand in for the very calls that block; in a run they hand the baton on instead.
#pragma warning disable ASSAY1001
using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Runs tasks as lanes.</summary>
internal sealed class LaneScheduler : TaskScheduler
{
    public static LaneScheduler Instance { get; } = new();

    protected override void QueueTask(Task task)
    {
        var lane = Arena.Current ?? throw new InvalidOperationException("Tasks of an explored run start inside of it.");
        lane.Arena.Start($"task {lane.Arena.LaneCount}", () => TryExecuteTask(task));
    }

    // Never inline: that would be a schedule the explorer did not choose.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}

/// <summary>Tasks: started as lanes, waited for in lanes, delayed by the run's clock. Combinations of tasks need no model.</summary>
[Models(typeof(Task))]
public static class TaskModel
{
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

    public static Task ContinueWith(Task task, Action<Task> then, int site) =>
        Starts(site) ? task.ContinueWith(then, LaneScheduler.Instance) : task.ContinueWith(then, TaskScheduler.Current);

    public static Task<TResult> ContinueWith<TResult>(Task task, Func<Task, TResult> then, int site) =>
        Starts(site) ? task.ContinueWith(then, LaneScheduler.Instance) : task.ContinueWith(then, TaskScheduler.Current);

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
        lane.Arena.Step(lane, site);
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

    public static YieldAwaitable Yield(int site)
    {
        Hooks.Step(null, site);
        return Task.Yield();
    }

    public static void Wait(Task task, int site)
    {
        Blocking.Await(task, site);
        task.GetAwaiter().GetResultOrAggregate(task);
    }

    public static bool Wait(Task task, int milliseconds, int site)
    {
        if (!Blocking.Await(task, site, Locking.Patience(milliseconds)))
            return false;
        task.GetAwaiter().GetResultOrAggregate(task);
        return true;
    }

    public static bool Wait(Task task, TimeSpan patience, int site) => Wait(task, (int)patience.TotalMilliseconds, site);

    public static void WaitAll(Task[] tasks, int site)
    {
        foreach (var task in tasks)
            Blocking.Await(task, site);
        Task.WaitAll(tasks);
    }

    public static int WaitAny(Task[] tasks, int site)
    {
        if (Arena.Current is { } lane)
            lane.Arena.WaitUntil(lane, site, tasks, static (state, _) => Array.Exists((Task[])state!, task => task.IsCompleted));
        return Task.WaitAny(tasks);
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

    public static Task ContinueWith<TResult>(Task<TResult> task, Action<Task<TResult>> then, int site) =>
        Arena.Current is null ? task.ContinueWith(then, TaskScheduler.Current) : task.ContinueWith(then, LaneScheduler.Instance);

    public static Task<TNew> ContinueWith<TResult, TNew>(Task<TResult> task, Func<Task<TResult>, TNew> then, int site) =>
        Arena.Current is null ? task.ContinueWith(then, TaskScheduler.Current) : task.ContinueWith(then, LaneScheduler.Instance);
}

/// <summary>Starting tasks through the factory.</summary>
[Models(typeof(TaskFactory))]
public static class TaskFactoryModel
{
    public static Task StartNew(TaskFactory factory, Action body, int site) => Arena.Current is null ? factory.StartNew(body) : TaskModel.Run(body, site);

    public static Task<TResult> StartNew<TResult>(TaskFactory factory, Func<TResult> body, int site) => Arena.Current is null ? factory.StartNew(body) : TaskModel.Run(body, site);

    public static Task StartNew(TaskFactory factory, Action body, TaskCreationOptions options, int site) =>
        Arena.Current is null ? factory.StartNew(body, options) : TaskModel.Run(body, site);
}

/// <summary>Results taken from awaiters: after an await they are there, elsewhere they are waited for.</summary>
[Models(typeof(TaskAwaiter))]
public static class TaskAwaiterModel
{
    public static void GetResult(ref TaskAwaiter awaiter, int site)
    {
        if (Arena.Current is { } lane && !awaiter.IsCompleted)
            lane.Arena.WaitUntil(lane, site, new Box<TaskAwaiter>(awaiter), AwaiterProbe<TaskAwaiter>.IsCompleted);
        awaiter.GetResult();
    }
}

/// <summary>The same with a result.</summary>
[Models(typeof(TaskAwaiter<>))]
public static class TaskAwaiterOfModel
{
    public static TResult GetResult<TResult>(ref TaskAwaiter<TResult> awaiter, int site)
    {
        if (Arena.Current is { } lane && !awaiter.IsCompleted)
            lane.Arena.WaitUntil(lane, site, new Box<TaskAwaiter<TResult>>(awaiter), AwaiterProbe<TaskAwaiter<TResult>>.IsCompleted);
        return awaiter.GetResult();
    }
}

/// <summary>Waiting for a task in a lane.</summary>
internal static class Blocking
{
    public static bool Await(Task task, int site, TimeSpan? patience = null)
    {
        if (Arena.Current is not { } lane)
            return patience is null || task.Wait(patience.Value);
        lane.Arena.Step(lane, site);
        return lane.Arena.WaitUntil(lane, site, task, static (state, _) => ((Task)state!).IsCompleted, patience);
    }

    // Task.Wait wraps what was thrown; the task has completed, so nothing is waited for.
    public static void GetResultOrAggregate(this TaskAwaiter awaiter, Task task)
    {
        if (task.Exception is { } exception)
            throw exception;
        awaiter.GetResult();
    }
}
