using System.Numerics;

namespace Assay.Verify.Exploration;

/// <summary>
/// Goes on or changes lanes at every place, by chance. Finds shallow defects fast and is hard to fool; to go on somewhat more often than not lets some lane stand
/// for long in the middle of something.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="staying">At which share of the places it goes on if it can; at the others all are as likely, itself included.</param>
internal sealed class RandomSwitches(int seed, double staying = 0) : Scheduler
{
    private readonly Random _random = new(seed);

    public override bool Begin(Arena arena) => true;

    public override int Next(in Choice choice, Arena arena) =>
        choice.CanGoOn && staying > 0 && _random.NextDouble() < staying ? choice.Lane : Pick(choice.Candidates, _random);

    internal static int Pick(ulong candidates, Random random)
    {
        for (var skip = random.Next(BitOperations.PopCount(candidates)); skip > 0; skip--)
            candidates &= candidates - 1;
        return BitOperations.TrailingZeroCount(candidates);
    }
}
