namespace Assay.Weaving.Programs;

/// <summary>A concurrent program over one object: calls before, calls of lanes that run together, calls after.</summary>
internal sealed class ProgramPlan
{
    public ProgramPlan(IReadOnlyList<CallPlan> before, IReadOnlyList<IReadOnlyList<CallPlan>> lanes, IReadOnlyList<CallPlan> after)
    {
        lanes = [.. lanes.Select(lane => (IReadOnlyList<CallPlan>)[.. lane.SelectMany(call => call.HandsScope ? [call, CallPlan.Ending] : new[] { call })])];
        (Before, Lanes, After) = (before, lanes, after);
        Calls = [.. before, .. lanes.SelectMany(lane => lane), .. after];
        var first = before.Count;
        Starts = new int[lanes.Count];
        for (var lane = 0; lane < lanes.Count; lane++)
        {
            Starts[lane] = first;
            first += lanes[lane].Count;
        }

        AfterStart = first;
    }

    public IReadOnlyList<CallPlan> Before { get; }

    public IReadOnlyList<IReadOnlyList<CallPlan>> Lanes { get; }

    public IReadOnlyList<CallPlan> After { get; }

    /// <summary>Whether it can do too much for a search, and only a sample of its schedules is worth running.</summary>
    public bool IsWide { get; init; }

    /// <summary>Every call: before, lane by lane, after. Its index names a call.</summary>
    public IReadOnlyList<CallPlan> Calls { get; }

    /// <summary>The index of each lane's first call.</summary>
    public int[] Starts { get; }

    public int AfterStart { get; }

    /// <summary>Every order of the lanes' calls that keeps each lane's own; null when there are too many.</summary>
    public List<int[]>? Orders(int most)
    {
        var orders = new List<int[]>();
        var taken = new int[Lanes.Count];
        var total = AfterStart - Before.Count;
        return Extend([], taken, total, most, orders) ? orders : null;
    }

    public override string ToString()
    {
        var lines = new List<string>();
        if (Before.Count > 0)
            lines.Add($"before: {string.Join("; ", Before)}");
        lines.AddRange(Lanes.Select((lane, number) => $"T{number + 1}: {string.Join("; ", lane)}"));
        if (After.Count > 0)
            lines.Add($"after: {string.Join("; ", After)}");
        return string.Join('\n', lines);
    }

    private bool Extend(List<int> order, int[] taken, int total, int most, List<int[]> orders)
    {
        if (order.Count == total)
        {
            orders.Add([.. order]);
            return orders.Count <= most;
        }

        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            if (taken[lane] == Lanes[lane].Count)
                continue;
            order.Add(Starts[lane] + taken[lane]++);
            var fits = Extend(order, taken, total, most, orders);
            taken[lane]--;
            order.RemoveAt(order.Count - 1);
            if (!fits)
                return false;
        }

        return true;
    }
}
