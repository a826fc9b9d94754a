namespace Assay.Verify.Exploration;

/// <summary>Explains a deadlock by the circle of lanes that wait for each other.</summary>
internal static class WaitCycle
{
    public static IReadOnlyList<LaneWait> Of(Arena arena)
    {
        var waits = new List<LaneWait>();
        for (var number = 0; number < arena.LaneCount; number++)
        {
            // The program itself only waits for its lanes; those without a begin wait in nobody's way.
            if (arena.Lanes[number] is { State: LaneState.Waiting, Carrier: not null, Site: >= 0 } lane && (number > 0 || arena.LaneCount == 1))
                waits.Add(WaitOf(arena, lane));
        }

        foreach (var start in waits)
        {
            if (Circle([start], waits) is { } circle)
                return circle;
        }

        return waits;
    }

    /// <summary>Where lanes wait, continuations that have not begun among them; the program itself only waits for its lanes.</summary>
    public static List<Site> Places(Arena arena)
    {
        var places = new List<Site>();
        for (var number = arena.LaneCount == 1 ? 0 : 1; number < arena.LaneCount; number++)
        {
            if (arena.Lanes[number] is { State: LaneState.Waiting or LaneState.Fresh, Site: >= 0 } lane)
                places.Add(arena.Sites[lane.Site]);
        }

        return places;
    }

    private static LaneWait WaitOf(Arena arena, Lane lane)
    {
        var holder = HolderFor(arena, lane);
        return new LaneWait(lane.Number, lane.Name, arena.Sites[lane.Site], holder, holder is { } number ? arena.Lanes[number].Name : null);
    }

    private static int? HolderFor(Arena arena, Lane lane)
    {
        if (lane.WaitsOn is ulong group)
            return Enumerable.Range(0, arena.LaneCount).Cast<int?>().FirstOrDefault(other => (group >> other!.Value & 1) != 0 && arena.Lanes[other.Value].State != LaneState.Done);
        if (lane.WaitsOn is Lane joined)
            return joined.Number;
        if (lane.WaitsOn is not { } target)
            return null;
        return arena.Locks.Blocker(target, lane, LockMode.Exclusive) is >= 0 and var holder ? holder : null;
    }

    // As deep as there are lanes, for a path visits none twice.
    private static List<LaneWait>? Circle(List<LaneWait> path, List<LaneWait> waits)
    {
        if (path[^1].For == path[0].Lane)
            return path;
        foreach (var next in waits.Where(wait => wait.Lane == path[^1].For && path.TrueForAll(seen => seen.Lane != wait.Lane)))
        {
            if (Circle([.. path, next], waits) is { } circle)
                return circle;
        }

        return null;
    }
}
