namespace Assay.Weaving.Programs;

/// <summary>Makes programs, the smallest first: every pair of calls, on a fresh object and after some calls; then longer and wider ones by chance.</summary>
internal sealed class ProgramGenerator(MemberTable table, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Programs without end.</summary>
    public IEnumerable<ProgramPlan> Programs()
    {
        // Pairs meet on a fresh object first, then on one that a call or two have been made on: a queue is worth a look when it is not empty.
        foreach (var before in new[] { 0, 1, 2 })
        {
            foreach (var pair in Pairs())
                yield return Plan(before, [[pair.Left], [pair.Right]]);
        }

        for (var round = 0; ; round++)
        {
            var (lanes, calls) = (round % 5) switch { 0 => (2, 2), 1 => (3, 2), 2 => (3, 1), 3 => (2, 3), _ => (3, 2) };
            yield return Plan(round % 3, [.. Enumerable.Range(0, lanes).Select(_ => Some(calls))]);
        }
    }

    private IEnumerable<(CallPlan Left, CallPlan Right)> Pairs()
    {
        var pairs = (from left in Enumerable.Range(0, table.Calls.Count)
                     from right in Enumerable.Range(left, table.Calls.Count - left)
                     select (table.Calls[left], table.Calls[right])).ToArray();
        _random.Shuffle(pairs);
        return pairs;
    }

    private ProgramPlan Plan(int before, IReadOnlyList<IReadOnlyList<CallPlan>> lanes) => new(Some(before), lanes, table.Observers);

    private CallPlan[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => table.Calls[_random.Next(table.Calls.Count)])];
}
