namespace Assay.Verify;

/// <summary>What to explore and how far.</summary>
public sealed record ExploreOptions
{
    /// <summary>How schedules are chosen. A strategy keeps state: use one for one exploration.</summary>
    public ExplorationStrategy Strategy { get; init; } = new RandomWalk(seed: 0);

    /// <summary>The most runs.</summary>
    public int MaxRuns { get; init; } = 1000;

    /// <summary>The most steps of a run; one more is a livelock.</summary>
    public int MaxSteps { get; init; } = 10_000;

    /// <summary>The most further runs that simplify a failing schedule; zero reports it as found.</summary>
    public int MaxShrinkRuns { get; init; } = 300;
}

/// <summary>What an exploration found.</summary>
/// <param name="Runs">The runs made, without those that simplified.</param>
/// <param name="IsExhaustive">Whether the strategy has no further schedule.</param>
/// <param name="Failure">The failure, simplified; null when no run failed.</param>
/// <param name="FirstFailure">The failure as it was met first.</param>
public sealed record ExploreResult(int Runs, bool IsExhaustive, ScheduleFailure? Failure, ScheduleFailure? FirstFailure);

/// <summary>Runs a program under many schedules until one makes it fail.</summary>
public static class Explore
{
    /// <summary>
    /// Runs the program again and again, each time from its beginning. It must create all its state inside, take its concurrency from the
    /// primitives, be deterministic otherwise, and throw when it finds itself wrong.
    /// </summary>
    /// <param name="program">The program: task zero.</param>
    /// <param name="options">Strategy and bounds; the default when null.</param>
    /// <param name="cancellationToken">Ends the exploration early, also while a task computes without a step.</param>
    /// <returns>The first failure with its schedule, or none.</returns>
    /// <exception cref="OperationCanceledException">The exploration was cancelled.</exception>
    public static ExploreResult Run(Action<IPrimitives> program, ExploreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= new ExploreOptions();
        using var threads = new WorkerThreads();
        for (var run = 0; run < options.MaxRuns; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!options.Strategy.BeginRun(run))
                return new ExploreResult(run, true, null, null);
            var (execution, failure) = RunOnce(program, options.Strategy, options.MaxSteps, threads, cancellationToken);
            if (failure is null)
                continue;
            var shrinker = new ScheduleShrinker(
                strategy => RunOnce(program, strategy, options.MaxSteps, threads, cancellationToken), options.MaxShrinkRuns);
            return new ExploreResult(run + 1, false, shrinker.Shrink(execution, failure), failure);
        }

        return new ExploreResult(options.MaxRuns, false, null, null);
    }

    /// <summary>Runs the program once, as recorded.</summary>
    /// <param name="program">The program the schedule was recorded of.</param>
    /// <param name="schedule">The choices, from <see cref="ScheduleFailure.Schedule"/> or <see cref="Schedule.Parse"/>.</param>
    /// <param name="maxSteps">The most steps; one more is a livelock.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>
    /// The failure; <see cref="FailureKind.Diverged"/> when a choice was impossible or left over; null when the run succeeded.
    /// </returns>
    public static ScheduleFailure? Replay(
        Action<IPrimitives> program, Schedule schedule, int maxSteps = 10_000, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(schedule);
        using var threads = new WorkerThreads();
        return RunOnce(program, ScheduleReplay.Of(schedule), maxSteps, threads, cancellationToken).Failure;
    }

    private static (ControlledExecution Execution, ScheduleFailure? Failure) RunOnce(
        Action<IPrimitives> program, ExplorationStrategy strategy, int maxSteps, WorkerThreads threads, CancellationToken cancellation)
    {
        var execution = new ControlledExecution(strategy, threads, maxSteps);
        var failure = execution.Run(program, cancellation);
        if (failure is null && !strategy.EndRun(execution.Choices.Count))
            failure = execution.Describe(FailureKind.Diverged, null, []);
        return (execution, failure);
    }
}
