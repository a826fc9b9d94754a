namespace Assay.Verify.Exploration;

/// <summary>What an exploration found.</summary>
/// <param name="Runs">How many schedules were run before anything was found, the failing one included.</param>
/// <param name="IsExhaustive">Whether every schedule within the bound of preemptions was run.</param>
/// <param name="IsCancelled">Whether it was stopped before it had done what it set out to do.</param>
/// <param name="Finding">What was found; null when nothing was.</param>
public sealed record ExplorationResult(int Runs, bool IsExhaustive, bool IsCancelled, ScheduleFinding? Finding);

/// <summary>A failing run and what it takes to see it again.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Schedule">The schedule, simplified.</param>
/// <param name="Steps">What happened, step by step.</param>
public sealed record ScheduleFinding(RunEnd End, SwitchList Schedule, IReadOnlyList<LoggedStep> Steps)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join('\n',
        new[] { $"{End.Kind}: {End.Reason}{(End.At is { } at ? $" ({at})" : "")}", $"schedule: {Schedule}" }
            .Concat(End.Waits.Select(wait => "  " + wait))
            .Append(LaneTimeline.Print(Steps)));
}
