namespace Assay.Verify;

/// <summary>What a check found: <see cref="Linearizable"/>, <see cref="Violation"/> or <see cref="Undecided"/>.</summary>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
public abstract record Verdict<TOp, TResult>
{
    private Verdict()
    {
    }

    /// <summary>Whether a legal order was found.</summary>
    public bool IsLinearizable => this is Linearizable;

    /// <summary>Whether it is certain that no legal order exists.</summary>
    public bool IsViolation => this is Violation;

    /// <summary>Whether the budget ended first.</summary>
    public bool IsUndecided => this is Undecided;

    /// <summary>The history is linearizable.</summary>
    /// <param name="Witness">
    /// One legal order. Every returned call is in it; a pending call is in it only if its effect is needed.
    /// </param>
    public sealed record Linearizable(IReadOnlyList<Operation<TOp, TResult>> Witness) : Verdict<TOp, TResult>
    {
        /// <inheritdoc/>
        public override string ToString() => "Linearizable: " + string.Join("; ", Witness);
    }

    /// <summary>No legal order exists.</summary>
    public sealed record Violation : Verdict<TOp, TResult>
    {
        /// <summary>
        /// The fewest calls found that already contradict each other. They do so whatever the left-out calls did: each of those may take
        /// effect at any time after it began, with any result, or not at all. So a read that merely lost its write is never reported.
        /// </summary>
        public required History<TOp, TResult> Minimal { get; init; }

        /// <summary>Whether no further call can be left out; false when the shrinking budget ended first.</summary>
        public required bool IsMinimal { get; init; }

        /// <summary>The longest legal order of calls of <see cref="Minimal"/> that the search reached.</summary>
        public required IReadOnlyList<Operation<TOp, TResult>> LongestPrefix { get; init; }

        /// <summary>The calls one of which would have to come next after <see cref="LongestPrefix"/>; none of them can.</summary>
        public required IReadOnlyList<Operation<TOp, TResult>> Unplaceable { get; init; }

        /// <summary>The part of the object the calls touch; null when the history was checked as a whole.</summary>
        public required object? PartitionKey { get; init; }

        /// <summary><see cref="Minimal"/> as lanes of text.</summary>
        public string Timeline => Minimal.ToString();

        /// <inheritdoc/>
        public override string ToString() => string.Join('\n',
            PartitionKey is null ? "Not linearizable:" : $"Not linearizable at key {PartitionKey}:",
            Timeline,
            "legal so far: " + (LongestPrefix.Count == 0 ? "nothing" : string.Join("; ", LongestPrefix)),
            "cannot come next: " + string.Join("; ", Unplaceable));
    }

    /// <summary>The budget ended before the search did.</summary>
    /// <param name="Steps">The steps taken.</param>
    public sealed record Undecided(long Steps) : Verdict<TOp, TResult>;
}
