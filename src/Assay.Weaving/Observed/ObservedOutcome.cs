using Assay.Verify.Exploration;

namespace Assay.Weaving.Observed;

/// <summary>What became of one call.</summary>
/// <param name="Began">The moment it began, counted from one over all beginnings and ends; zero when it never did.</param>
/// <param name="Ended">The moment it ended; zero when it never did.</param>
/// <param name="Thrown">Full name of what it threw; null when it threw nothing.</param>
/// <param name="Form">Its answer in the form in which answers are compared; null without one.</param>
/// <param name="Value">Its answer as it was kept.</param>
public readonly record struct ObservedAnswer(int Began, int Ended, string? Thrown, string? Form, object? Value);

/// <summary>An answer, kept at the moment it was given: later the object may change.</summary>
/// <param name="Form">Equal for equal answers, and for no others.</param>
/// <param name="Value">What the judge is shown.</param>
public readonly record struct KeptAnswer(string Form, object? Value);

/// <summary>One of the ways a program came out.</summary>
/// <param name="End">How the run ended.</param>
/// <param name="Answers">By call.</param>
/// <param name="Loads">How often scripted loads were run.</param>
/// <param name="Steps">How many steps the run took.</param>
/// <param name="Schedule">The schedule that led to it, the first that did.</param>
/// <param name="Number">The how-manieth schedule this was, from one.</param>
public sealed record ObservedOutcome(RunEnd End, IReadOnlyList<ObservedAnswer> Answers, int Loads, int Steps, string Schedule, int Number);

/// <summary>What an exploration has seen.</summary>
/// <param name="Outcomes">The different outcomes, in the order in which they were met.</param>
/// <param name="Runs">How many schedules were run.</param>
/// <param name="IsExhaustive">Whether every schedule within the bound of preemptions was run.</param>
/// <param name="IsCut">Whether there were more outcomes than are kept.</param>
public sealed record ObservedOutcomes(IReadOnlyList<ObservedOutcome> Outcomes, int Runs, bool IsExhaustive, bool IsCut);

/// <summary>One schedule that was run again, step by step.</summary>
/// <param name="Outcome">What it ended in.</param>
/// <param name="Finding">The schedule, simplified, and its steps.</param>
public sealed record ObservedReplay(ObservedOutcome Outcome, ScheduleFinding Finding);

/// <summary>How much to explore.</summary>
public sealed record ObservationOptions
{
    /// <summary>Decides every choice made by chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The most schedules.</summary>
    public int MaxRuns { get; init; } = 400;

    /// <summary>The most steps of one run.</summary>
    public int MaxSteps { get; init; } = 20_000;

    /// <summary>The most steps of all runs together.</summary>
    public long MaxTotalSteps { get; init; } = 1_000_000;

    /// <summary>
    /// After so many schedules in a row without a new outcome the search ends. If it went on, fewer than 3 in so many would have one, with 95 % confidence: the rule of three (Hanley and Lippman-Hand 1983).
    /// </summary>
    public int MostRunsWithoutNews { get; init; } = 100;

    /// <summary>The most different outcomes that are kept.</summary>
    public int MostOutcomes { get; init; } = 1_000;
}
