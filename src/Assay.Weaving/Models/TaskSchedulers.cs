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

/// <summary>Runs tasks where they are asked to run.</summary>
internal sealed class HereScheduler : TaskScheduler
{
    public static HereScheduler Instance { get; } = new();

    protected override void QueueTask(Task task) => TryExecuteTask(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}

/// <summary>Which scheduler a task gets that starts or goes on.</summary>
internal static class Schedulers
{
    /// <summary>In a run, the run's instead of the pool's. Any other is not controlled.</summary>
    public static TaskScheduler For(TaskScheduler asked, int site)
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (Arena.Current is not { } lane)
            return asked;
        if (asked != TaskScheduler.Default && asked != LaneScheduler.Instance && asked != HereScheduler.Instance)
            Hooks.Uncontrolled(site);
        lane.Arena.Step(lane, site);
        return LaneScheduler.Instance;
    }

    public static TaskScheduler Current(int site) => For(TaskScheduler.Current, site);
}
