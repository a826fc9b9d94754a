namespace Assay.Weaving.Programs;

/// <summary>Makes programs, the smallest first: every pair of calls, on a fresh object and after some calls; then longer and wider ones by chance.</summary>
internal sealed class ProgramGenerator(MemberTable table, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Programs without end.</summary>
    public IEnumerable<ProgramPlan> Programs()
    {
        // A call's own tasks and threads meet each other when it is alone.
        foreach (var call in table.Alone)
            yield return Plan(0, [[call]]);
        if (table.Calls.All(call => call.IsTime))
            yield break;
        // Pairs meet on a fresh object first, then on one that a call or two have been made on: a queue is worth a look when it is not empty.
        foreach (var before in new[] { 0, 1, 2 })
        {
            foreach (var pair in Pairs())
                yield return Plan(before, [[pair.Left], [pair.Right]]);
            foreach (var pair in table.HasTime ? Pairs().Where(pair => !pair.Left.IsTime && !pair.Right.IsTime) : [])
                yield return Plan(before, [[pair.Left], [pair.Right], [table.Calls[^1]]]);
        }

        for (var round = 0; ; round++)
        {
            var (lanes, calls) = (round % 5) switch { 0 => (2, 2), 1 => (3, 1), 2 => (2, 2), 3 => (2, 3), _ => (3, 2) };
            yield return Plan(round % 3, [.. Enumerable.Range(1, lanes).Select(lane => Some(calls, mayEndInTime: lane == lanes))]);
        }
    }

    private IEnumerable<(CallPlan Left, CallPlan Right)> Pairs()
    {
        var pairs = (from left in Enumerable.Range(0, table.Calls.Count)
                     from right in Enumerable.Range(left, table.Calls.Count - left)
                     where !table.Calls[left].IsTime
                     select (table.Calls[left], table.Calls[right])).ToArray();
        _random.Shuffle(pairs);
        return pairs;
    }

    private ProgramPlan Plan(int before, IReadOnlyList<IReadOnlyList<CallPlan>> lanes) => new([.. table.Loops, .. Some(before)], lanes, table.Observers);

    // What passing time wakes goes on after it, and wants to be done before more time passes: it stands at the end of the last lane only.
    private CallPlan[] Some(int count, bool mayEndInTime = false) => [.. Enumerable.Range(1, count).Select(number => One(mayBeTime: mayEndInTime && number == count))];

    private CallPlan One(bool mayBeTime) => table.Calls[_random.Next(table.Calls.Count - (table.HasTime && !mayBeTime ? 1 : 0))];
}
