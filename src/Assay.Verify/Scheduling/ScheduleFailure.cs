namespace Assay.Verify;

/// <summary>How a run failed.</summary>
public enum FailureKind
{
    /// <summary>A task threw.</summary>
    Exception,

    /// <summary>No task could go on.</summary>
    Deadlock,

    /// <summary>The run took more steps than allowed.</summary>
    Livelock,

    /// <summary>A recorded choice was not possible: the program does something else each time, or it has changed.</summary>
    Diverged,
}

/// <summary>A task that waits, and for whom.</summary>
/// <param name="Task">The waiting task.</param>
/// <param name="Step">The step it cannot do.</param>
/// <param name="WaitsFor">The task that would have to make way; null when that could be anyone.</param>
public readonly record struct TaskWait(int Task, TraceStep Step, int? WaitsFor)
{
    /// <inheritdoc/>
    public override string ToString() => WaitsFor is { } holder ? $"{Step}, waits for task {holder}" : $"{Step}, which nobody will wake";
}

/// <summary>A failed run, with what it takes to see it again.</summary>
public sealed record ScheduleFailure
{
    /// <summary>How it failed.</summary>
    public required FailureKind Kind { get; init; }

    /// <summary>What was thrown, for <see cref="FailureKind.Exception"/>.</summary>
    public required Exception? Exception { get; init; }

    /// <summary>For a deadlock, the cycle of waits in order, each waiting for the next and the last for the first; all waits when there is no cycle.</summary>
    public required IReadOnlyList<TaskWait> Waits { get; init; }

    /// <summary>The choices that lead there; replay them with <see cref="Explore.Replay"/>.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>What happened, step by step.</summary>
    public required IReadOnlyList<TraceStep> Trace { get; init; }

    /// <summary>Whether <see cref="Waits"/> closes a circle.</summary>
    public bool IsCycle => Waits.Count > 0 && Waits[^1].WaitsFor == Waits[0].Task;

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n',
        new[] { $"{Kind}{(Exception is null ? "" : $": {Exception.GetType().Name}: {Exception.Message}")}", $"schedule: {Schedule}" }
            .Concat(Waits.Select(wait => wait.ToString()))
            .Append("trace:")
            .Concat(Trace.Select(step => "  " + step)));
}
