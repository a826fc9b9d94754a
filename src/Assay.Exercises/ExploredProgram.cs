using System.Linq.Expressions;
using System.Reflection;
using Assay.Verify;
using Assay.Weaving.Observed;

namespace Assay.Exercises;

/// <summary>
/// A small concurrent program that is run under schedule after schedule: moments before, two or three lanes of a few calls, calls at rest afterwards. All calls are on one instance, made
/// anew in each run. Delegates of the host's cannot be called while a schedule is followed; a loader is a <see cref="LoadScript"/>.
/// </summary>
/// <param name="Contract">The contract of the instance.</param>
/// <param name="Arguments">The constructor's arguments without the clock.</param>
/// <param name="Before">What happens first, one after the other.</param>
/// <param name="Lanes">What runs together.</param>
/// <param name="After">What is called when all have come to rest.</param>
public sealed record ExploredProgram(
    Type Contract, IReadOnlyList<object?> Arguments, IReadOnlyList<Moment> Before, IReadOnlyList<IReadOnlyList<Call>> Lanes, IReadOnlyList<Call> After)
{
    /// <summary>Every call: before, lane by lane, after.</summary>
    public IEnumerable<Call> Calls => [.. Before.Where(moment => moment.Call is not null).Select(moment => moment.Call!), .. Lanes.SelectMany(lane => lane), .. After];

    /// <inheritdoc />
    public override string ToString() => string.Join('\n', [
        .. Before.Count == 0 ? Array.Empty<string>() : [$"before: {string.Join("; ", Before)}"],
        .. Lanes.Select((lane, number) => $"T{number + 1}: {string.Join("; ", lane)}"),
        .. After.Count == 0 ? Array.Empty<string>() : [$"after: {string.Join("; ", After)}"]]);
}

/// <summary>What happens before the lanes of a program set out: a call, or time that passes.</summary>
/// <param name="Call">The call; null when time passes.</param>
/// <param name="Passes">How much.</param>
public readonly record struct Moment(Call? Call, TimeSpan Passes)
{
    /// <summary>A call.</summary>
    public static implicit operator Moment(Call call) => new(call, default);

    /// <summary>Time that passes.</summary>
    public static Moment Of(TimeSpan time) => new(null, time);

    /// <inheritdoc />
    public override string ToString() => Call?.ToString() ?? $"{Passes} pass";
}

/// <summary>How a run of an explored program ended.</summary>
public enum ExploredEnd
{
    /// <summary>Every call returned.</summary>
    Completed = 0,

    /// <summary>Something was thrown that nobody could catch, such as on a thread of the candidate's.</summary>
    Crashed,

    /// <summary>Every thread waits for another.</summary>
    Deadlock,

    /// <summary>Two threads were inside a collection that is not safe for that.</summary>
    Overlap,

    /// <summary>It took more steps than allowed.</summary>
    Endless,

    /// <summary>The code did something that exploration has no hold on.</summary>
    NotControlled,
}

/// <summary>One of the ways a program came out.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Reason">Why, with the lines; empty for a completed run.</param>
/// <param name="History">The calls that began. Lane 0 made those before and after.</param>
/// <param name="Loads">How often scripted loads were run.</param>
/// <param name="Steps">How many steps the run took.</param>
/// <param name="Schedule">The schedule that led to it.</param>
/// <param name="Number">The how-manieth schedule this was, from one.</param>
public sealed record ExploredOutcome(ExploredEnd End, string Reason, History<Call, Answer> History, int Loads, int Steps, string Schedule, int Number);

/// <summary>What an exploration has seen.</summary>
/// <param name="Outcomes">The different outcomes, in the order in which they were met.</param>
/// <param name="Schedules">How many schedules were run.</param>
/// <param name="NotExplored">Why nothing could be explored; null when it was.</param>
public sealed record Explored(IReadOnlyList<ExploredOutcome> Outcomes, int Schedules, string? NotExplored = null)
{
    /// <summary>Nothing was run, and nothing is wrong.</summary>
    public static Explored Nothing { get; } = new([], 0);
}

/// <summary>A schedule that was run again.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Steps">What happened, step by step.</param>
public sealed record ExploredReplay(ExploredOutcome Outcome, IReadOnlyList<RaceStep> Steps);

/// <summary>One thing that happened while a schedule was followed.</summary>
/// <param name="Lane">The thread's number, zero for the one that makes the calls before and after.</param>
/// <param name="Name">The thread's name.</param>
/// <param name="File">The candidate's file; empty for what is not in it.</param>
/// <param name="Line">The line, from one; zero when it has none.</param>
/// <param name="Does">What is done, e.g. "write _count".</param>
/// <param name="Object">The object concerned; empty without one.</param>
/// <param name="Value">The value read, written or answered; empty when that is not known.</param>
/// <param name="Holds">The locks held.</param>
/// <param name="Waits">Whether it had to wait.</param>
public sealed record RaceStep(int Lane, string Name, string File, int Line, string Does, string Object, string Value, string Holds, bool Waits);
