using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>What was found out about a type.</summary>
public enum RaceVerdictKind
{
    /// <summary>Every schedule of every program was explained by an order of the calls.</summary>
    Clean,

    /// <summary>Answers that no order of the calls explains, a broken invariant, or a collection used by two threads at once.</summary>
    Violation,

    /// <summary>Threads that wait for each other, where in every order of the calls none would.</summary>
    Deadlock,

    /// <summary>The code does not end even when it is alone.</summary>
    Endless,

    /// <summary>The code waits for something exploration has no hold on.</summary>
    NotControlled,

    /// <summary>Nothing can be said: there is nothing to call, or too little time.</summary>
    Undecided,
}

/// <summary>A verdict on a type.</summary>
/// <param name="Type">The type's name.</param>
/// <param name="Kind">The verdict.</param>
/// <param name="Reason">Why, in a sentence; empty for a clean one.</param>
/// <param name="Programs">How many programs were run.</param>
/// <param name="Schedules">How many schedules.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Program">The failing program, a line for each lane; empty when there is none.</param>
/// <param name="Answers">What its calls answered.</param>
/// <param name="Finding">The failing schedule, step by step.</param>
public sealed record RaceVerdict(
    string Type, RaceVerdictKind Kind, string Reason, int Programs, int Schedules, int Seed, string Program, IReadOnlyList<string> Answers, ScheduleFinding? Finding)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var head = Kind == RaceVerdictKind.Clean
            ? $"{Type}: nothing found in {Schedules} schedules of {Programs} programs (seed {Seed})"
            : $"{Type}: {(Kind == RaceVerdictKind.NotControlled ? "not controlled" : Kind.ToString().ToLowerInvariant())}: {Reason} (seed {Seed}, program {Programs}, schedule {Schedules})";
        var lines = new List<string> { head };
        if (Program.Length > 0)
            lines.AddRange(["", Program]);
        if (Answers.Count > 0)
            lines.AddRange(["", .. Answers]);
        if (Finding is not null)
            lines.AddRange(["", .. Finding.End.Waits.Select(wait => wait.ToString()), $"schedule {Finding.Schedule}", LaneTimeline.Print(Finding.Steps)]);
        return string.Join('\n', lines);
    }
}
