namespace Assay.Verify;

/// <summary>
/// Runs every schedule, or every one with at most so many preemptions (Musuvathi and Qadeer, "Iterative context bounding", 2007), the
/// undisturbed one first. For small programs: the number of schedules grows exponentially with the steps.
/// </summary>
/// <param name="maxPreemptions">The most preemptions of a schedule; two find most defects.</param>
public sealed class DepthFirst(int maxPreemptions = int.MaxValue) : ExplorationStrategy
{
    private readonly List<Branch> _path = [];

    /// <inheritdoc/>
    public override bool BeginRun(int run)
    {
        if (run == 0)
        {
            _path.Clear();
            return true;
        }

        while (_path.Count > 0 && _path[^1].Taken + 1 == _path[^1].Choices.Count)
            _path.RemoveAt(_path.Count - 1);
        if (_path.Count == 0)
            return false;
        _path[^1] = _path[^1] with { Taken = _path[^1].Taken + 1 };
        return true;
    }

    /// <inheritdoc/>
    public override int Choose(SchedulePoint point)
    {
        if (point.Number == _path.Count)
            _path.Add(new Branch(Choices(point), 0, Preemptions(point.Number), point.Running));
        // Another choice than last time at the same place means that the program is not deterministic; no candidate is called -1.
        return _path[point.Number].Choices.SequenceEqual(Choices(point)) ? _path[point.Number].Choice : -1;
    }

    /// <inheritdoc/>
    public override bool EndRun(int points) => points == _path.Count;

    private List<int> Choices(SchedulePoint point)
    {
        var others = point.Candidates.Select(candidate => candidate.Task).Where(task => task != point.Default);
        var mayPreempt = point.Running is null || Preemptions(point.Number) < maxPreemptions;
        return mayPreempt ? [point.Default, .. others] : [point.Default];
    }

    private int Preemptions(int number) => number == 0 ? 0 : _path[number - 1].PreemptionsAfter;

    private sealed record Branch(List<int> Choices, int Taken, int PreemptionsBefore, int? Running)
    {
        public int Choice => Choices[Taken];

        public int PreemptionsAfter => PreemptionsBefore + (Running is { } running && running != Choice ? 1 : 0);
    }
}
