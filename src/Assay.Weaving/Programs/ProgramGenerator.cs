namespace Assay.Weaving.Programs;

/// <summary>
/// Makes programs, the smallest first: every pair of calls, on a fresh object and after some calls; then longer ones by chance, and among them many wide ones. What
/// three threads of several calls can do is too much to search, so a few schedules of many such programs are worth more than many of a few.
/// </summary>
internal sealed class ProgramGenerator(MemberTable table, int seed)
{
    private const int WideOnesARound = 16;

    // Of a round of pairs.
    private const int MostCancelled = 12;

    // One in so many.
    private const int ChanceOfCancelled = 3;

    private static readonly int[][] Narrow = [[2, 2], [1, 1, 1], [3, 3], [2, 2, 2]];
    private static readonly int[][] Wide = [[3, 2, 2], [4, 2, 1], [2, 2, 2]];

    private readonly Random _random = new(seed);

    // Each method as likely as any other, however many arguments there are to choose from.
    private readonly CallPlan[][] _methods = [.. table.Calls.GroupBy(call => call.Method).Select(calls => calls.ToArray())];

    private readonly CallPlan[] _cancelled = [.. table.Edges.Where(call => call.IsCancelled)];

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
            foreach (var (cancelled, other) in Cancelled())
                yield return Plan(before, [[cancelled], [other]]);
        }

        for (var round = 0; ; round++)
        {
            foreach (var shape in Narrow)
                yield return Plan(round % 3, Lanes(shape));
            for (var wide = 0; wide < WideOnesARound; wide++)
                yield return Plan(wide % 3, Lanes(Wide[wide / 3 % Wide.Length]), isWide: true);
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

    // What gives up at once beside what does not.
    private IEnumerable<(CallPlan Cancelled, CallPlan Other)> Cancelled()
    {
        var pairs = (from cancelled in _cancelled from other in table.Calls.Append(cancelled) where !other.IsTime select (cancelled, other)).ToArray();
        _random.Shuffle(pairs);
        return pairs.Take(MostCancelled);
    }

    private ProgramPlan Plan(int before, IReadOnlyList<IReadOnlyList<CallPlan>> lanes, bool isWide = false) => new([.. table.Loops, .. Earlier(before)], lanes, table.Observers) { IsWide = isWide };

    // What was cancelled has left no trace, or should have.
    private CallPlan[] Earlier(int count)
    {
        var calls = Some(count);
        if (count > 0 && _cancelled.Length > 0 && _random.Next(ChanceOfCancelled) == 0)
            calls[0] = _cancelled[_random.Next(_cancelled.Length)];
        return calls;
    }

    // What passing time wakes goes on after it, and wants to be done before more time passes: it stands at the end of the last lane only.
    private CallPlan[][] Lanes(int[] shape) => [.. shape.Select((count, lane) => Some(count, mayEndInTime: lane == shape.Length - 1))];

    private CallPlan[] Some(int count, bool mayEndInTime = false) => [.. Enumerable.Range(1, count).Select(number => One(mayBeTime: mayEndInTime && number == count))];

    private CallPlan One(bool mayBeTime)
    {
        var calls = _methods[_random.Next(_methods.Length - (table.HasTime && !mayBeTime ? 1 : 0))];
        return calls[_random.Next(calls.Length)];
    }
}
