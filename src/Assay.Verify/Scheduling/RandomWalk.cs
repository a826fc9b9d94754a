namespace Assay.Verify;

/// <summary>Chooses uniformly at every point. Finds shallow defects fast and is hard to fool.</summary>
/// <param name="seed">The seed; run n of a seed is the same everywhere.</param>
public sealed class RandomWalk(int seed) : ExplorationStrategy
{
    private Random _random = new(seed);

    /// <inheritdoc/>
    public override bool BeginRun(int run)
    {
        _random = new Random(HashSeed.Of(seed, run));
        return true;
    }

    /// <inheritdoc/>
    public override int Choose(SchedulePoint point) => point.Candidates[_random.Next(point.Candidates.Count)].Task;
}
