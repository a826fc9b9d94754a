namespace Assay.Verify;

/// <summary>How much to stress.</summary>
public sealed record StressOptions
{
    /// <summary>The rounds, each on a fresh object.</summary>
    public int Rounds { get; init; } = 200;

    /// <summary>The threads that call at once.</summary>
    public int Threads { get; init; } = 3;

    /// <summary>The calls each thread makes in a round.</summary>
    public int CallsPerThread { get; init; } = 5;

    /// <summary>The seed of the calls made. The interleaving is the machine's and not repeatable; the history of a failure is kept.</summary>
    public int Seed { get; init; }

    /// <summary>The longest random pause before a call, in iterations of <see cref="Thread.SpinWait"/>; varies the interleaving.</summary>
    public int MaxSpins { get; init; } = 64;

    /// <summary>The budget of each round's check.</summary>
    public CheckOptions Check { get; init; } = new();
}

/// <summary>What a stress run found.</summary>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
/// <param name="Rounds">The rounds made.</param>
/// <param name="UndecidedRounds">Those whose check ended with its budget.</param>
/// <param name="Violation">What was wrong in the last round; null when nothing was.</param>
/// <param name="Exception">What a call threw in the last round; null when none did.</param>
/// <param name="LastHistory">The history of the last round.</param>
public sealed record StressResult<TOp, TResult>(
    int Rounds, int UndecidedRounds, Verdict<TOp, TResult>.Violation? Violation, Exception? Exception, History<TOp, TResult> LastHistory)
{
    /// <summary>Whether a round failed.</summary>
    public bool HasFailed => Violation is not null || Exception is not null;

    /// <inheritdoc/>
    public override string ToString() => HasFailed
        ? $"failed in round {Rounds}:\n{(object?)Violation ?? Exception}\n{LastHistory}"
        : $"{Rounds} rounds, {UndecidedRounds} undecided";
}
