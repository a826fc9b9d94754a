namespace Assay.Verify;

/// <summary>How much work a check may do. Steps are deterministic: the same history gives the same verdict on every machine.</summary>
public sealed record CheckOptions
{
    /// <summary>The most steps the search may take before the verdict is undecided. A step keeps a few hundred bytes in the worst case.</summary>
    public long MaxSteps { get; init; } = 2_000_000;

    /// <summary>The most further steps spent on shrinking a violation; zero reports it as found.</summary>
    public long MaxShrinkSteps { get; init; } = 2_000_000;
}
