namespace Assay.Verify;

/// <summary>A point of a run where more than one task could go on.</summary>
/// <param name="Number">How many such points the run had before.</param>
/// <param name="Running">The task that ran last, when it could go on; choosing another one is a preemption.</param>
/// <param name="Candidates">The next steps of the tasks that could go on, by task number; at least two.</param>
public readonly record struct SchedulePoint(int Number, int? Running, IReadOnlyList<TraceStep> Candidates)
{
    /// <summary>The choice of a schedule without preemptions: the running task, or else the one with the smallest number.</summary>
    public int Default => Running ?? Candidates[0].Task;
}

/// <summary>Decides which task goes on at each point of each run. Deterministic: seeds are given, never taken from outside.</summary>
public abstract class ExplorationStrategy
{
    /// <summary>Prepares for the next run.</summary>
    /// <param name="run">The number of the run, from zero.</param>
    /// <returns>False when every schedule has been run.</returns>
    public abstract bool BeginRun(int run);

    /// <summary>Chooses the task that goes on.</summary>
    /// <param name="point">The point.</param>
    /// <returns>The number of one of the candidates; any other number ends the run as <see cref="FailureKind.Diverged"/>.</returns>
    public abstract int Choose(SchedulePoint point);

    /// <summary>Hears how long a run was that did not fail.</summary>
    /// <param name="points">The points at which it chose.</param>
    /// <returns>False when the run ended before choices that were planned for it: the program is not deterministic.</returns>
    public virtual bool EndRun(int points) => true;
}
