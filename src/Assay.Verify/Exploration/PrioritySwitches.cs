using System.Numerics;

namespace Assay.Verify.Exploration;

/// <summary>
/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatti 2010): random priorities, the highest goes on, and at a few random
/// places the running lane falls behind all others. A defect of depth d shows with probability at least 1 / (n k^(d-1)) a run, for n lanes and k places.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="depth">How many ordering constraints a defect may need; one more than the places where priorities change.</param>
internal sealed class PrioritySwitches(int seed, int depth) : Scheduler
{
    private readonly Random _random = new(seed);
    private readonly double[] _priorities = new double[Arena.MostLanes];
    private readonly int[] _changes = new int[Math.Max(0, depth - 1)];
    private int _place;
    private int _longest = 1;
    private int _fallen;

    public override bool Begin(Arena arena)
    {
        for (var lane = 0; lane < _priorities.Length; lane++)
            _priorities[lane] = _random.NextDouble();
        for (var change = 0; change < _changes.Length; change++)
            _changes[change] = _random.Next(_longest);
        (_place, _fallen) = (0, 0);
        return true;
    }

    public override int Next(in Choice choice, Arena arena)
    {
        var highest = Highest(choice.Candidates);
        if (Array.IndexOf(_changes, _place++) < 0)
            return highest;
        _priorities[highest] = -++_fallen;
        return Highest(choice.Candidates);
    }

    public override void End(Arena arena) => _longest = Math.Max(_longest, _place);

    private int Highest(ulong candidates)
    {
        var best = BitOperations.TrailingZeroCount(candidates);
        for (var rest = candidates & (candidates - 1); rest != 0; rest &= rest - 1)
        {
            if (BitOperations.TrailingZeroCount(rest) is var lane && _priorities[lane] > _priorities[best])
                best = lane;
        }

        return best;
    }
}
