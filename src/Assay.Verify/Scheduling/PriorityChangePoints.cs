namespace Assay.Verify;

/// <summary>
/// PCT (Burckhardt, Kothari, Musuvathi, Nagarakatti 2010): tasks get random priorities, the highest runs, and at depth - 1 random points
/// the running one falls to the bottom. A defect that needs <c>depth</c> ordering constraints among n tasks and k points is hit by a run
/// with probability at least 1 / (n·k^(depth-1)).
/// </summary>
/// <param name="seed">The seed; run n of a seed is the same everywhere.</param>
/// <param name="depth">The ordering constraints of the defects sought; at least one, and most defects need two or three.</param>
public sealed class PriorityChangePoints(int seed, int depth = 3) : ExplorationStrategy
{
    private readonly Dictionary<int, double> _priorities = [];
    private readonly HashSet<int> _changes = [];
    private readonly int _depth = depth >= 1 ? depth : throw new ArgumentOutOfRangeException(nameof(depth));
    private Random _random = new(seed);
    private int _fallen;

    // Change points must fall inside the run, so they are drawn from the longest run so far.
    private int _longest = 16;

    /// <inheritdoc/>
    public override bool BeginRun(int run)
    {
        _random = new Random(HashSeed.Of(seed, run));
        _priorities.Clear();
        _changes.Clear();
        _fallen = 0;
        for (var change = 1; change < _depth; change++)
            _changes.Add(_random.Next(_longest));
        return true;
    }

    /// <inheritdoc/>
    public override int Choose(SchedulePoint point)
    {
        foreach (var candidate in point.Candidates)
        {
            if (!_priorities.ContainsKey(candidate.Task))
                _priorities[candidate.Task] = _random.NextDouble();
        }

        var highest = Highest(point);
        if (!_changes.Contains(point.Number))
            return highest;
        _priorities[highest] = -++_fallen;
        return Highest(point);
    }

    /// <inheritdoc/>
    public override bool EndRun(int points)
    {
        _longest = Math.Max(_longest, points);
        return true;
    }

    private int Highest(SchedulePoint point) => point.Candidates.MaxBy(candidate => _priorities[candidate.Task]).Task;
}
