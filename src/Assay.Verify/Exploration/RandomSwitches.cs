using System.Numerics;

namespace Assay.Verify.Exploration;

/// <summary>Chooses uniformly at every place. Finds shallow defects fast and is hard to fool.</summary>
/// <param name="seed">Decides everything.</param>
internal sealed class RandomSwitches(int seed) : Scheduler
{
    private readonly Random _random = new(seed);

    public override bool Begin(Arena arena) => true;

    public override int Next(in Choice choice, Arena arena) => Pick(choice.Candidates, _random);

    internal static int Pick(ulong candidates, Random random)
    {
        for (var skip = random.Next(BitOperations.PopCount(candidates)); skip > 0; skip--)
            candidates &= candidates - 1;
        return BitOperations.TrailingZeroCount(candidates);
    }
}
