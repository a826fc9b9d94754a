namespace Assay.Verify.Exploration;

/// <summary>How long and how thoroughly to explore.</summary>
public sealed record ExplorationOptions
{
    /// <summary>Decides every choice made by chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The most runs.</summary>
    public int MaxRuns { get; init; } = 20_000;

    /// <summary>The most preemptions that are tried systematically; what is left of <see cref="MaxRuns"/> goes to chance.</summary>
    public int Preemptions { get; init; } = 2;

    /// <summary>What chooses the schedules; one strategy alone is for measuring it.</summary>
    internal SearchKind Search { get; init; }

    /// <summary>Whether schedules are left out that come to the same as another; not to is for measuring it.</summary>
    internal bool Prunes { get; init; } = true;

    /// <summary>The most steps of one run.</summary>
    public int MaxSteps { get; init; } = 20_000;

    /// <summary>The most runs spent on simplifying a failing schedule.</summary>
    public int MaxShrinkRuns { get; init; } = 500;
}

/// <summary>What chooses schedules.</summary>
internal enum SearchKind
{
    /// <summary>Few preemptions first, then chance.</summary>
    All,

    /// <summary>Random priorities alone.</summary>
    Priorities,

    /// <summary>Random walks alone.</summary>
    Walks,
}
