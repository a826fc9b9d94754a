using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>How much to try.</summary>
public sealed record RaceOptions
{
    /// <summary>Decides every choice made by chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What chooses the schedules.</summary>
    internal SearchKind Search { get; init; }

    /// <summary>Whether schedules are left out that come to the same as another; not to is for measuring it.</summary>
    internal bool Prunes { get; init; } = true;

    /// <summary>The most programs.</summary>
    public int MaxPrograms { get; init; } = 400;

    /// <summary>The most schedules of one program.</summary>
    public int MaxSchedules { get; init; } = 1_000;

    /// <summary>Members that no program calls: those whose answers tell of concurrency by contract, such as counters of calls that met.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Is told when the process ends while something is explored: the code under test has ended it, by a way that nobody could see.</summary>
    public Action<RaceVerdict>? ProcessEnds { get; init; }

    /// <summary>The most steps of one run.</summary>
    public int MaxSteps { get; init; } = 5_000;
}
