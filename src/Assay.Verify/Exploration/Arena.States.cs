namespace Assay.Verify.Exploration;

/// <content>What a step touches, and the numbers by which states are told apart.</content>
internal sealed partial class Arena
{
    /// <summary>The state that the run would be in if a lane went on now.</summary>
    public ulong StateAfter(Lane lane) => WithYields(Order!.StateAfter(lane), 0);

    /// <summary>The state that the run is in, while a lane runs.</summary>
    public ulong State(Lane lane) => WithYields(Order!.State(lane), lane.Rounds / RoundsOfNoMatter);

    /// <summary>The lane is about to touch what no place tells of.</summary>
    public static void ReachBeyond(Lane lane)
    {
        if (lane.Arena.Order is not { } order)
            return;
        order.PerformAnything(lane);
        order.Races.ReachBeyond(lane, !lane.Arena.AnyLives(but: lane));
    }

    // Who waits for whom to get on decides who may be chosen, and is no part of what has happened.
    private ulong WithYields(ulong state, int rounds)
    {
        if (rounds > 0)
            state = HappensBefore.Mix(state, (ulong)rounds);
        for (var number = 0; _hasYielded && number < _count; number++)
            state = HappensBefore.Mix(state, _lanes[number].YieldedTo);
        return _hasYielded ? HappensBefore.Mix(state, (ulong)_alone) : state;
    }

    private Touch TouchAt(Lane lane, int site, SiteKind kind, object? target, bool isLock)
    {
        if (isLock)
            return Touch.Lock(target!);
        var location = Sites.LocationOf(site);
        switch (kind)
        {
            case SiteKind.Boundary:
                // The lane's call before this one has ended by now.
                Order!.EndCall(lane);
                return new Touch(TouchKind.Begin);
            case SiteKind.Read or SiteKind.Look when location > 0:
                return new Touch(TouchKind.Read, target, location);
            case SiteKind.Write or SiteKind.Atomic or SiteKind.Change or SiteKind.Call when location > 0:
                return new Touch(TouchKind.Write, target, location);
            default:
                return Touch.Everything;
        }
    }

    // Who comes first is numbered first, which anybody may notice who starts others.
    private void Number(Lane lane, HappensBefore order)
    {
        if (Current is { } starter && starter.State != LaneState.Waiting)
            order.PerformAnything(starter);
        // What the clock starts is nobody's.
        order.Start(lane, Current is { State: LaneState.Waiting, Condition: not null } ? null : Current);
    }

    private bool Matters(Lane lane, int site, SiteKind kind) => kind switch
    {
        SiteKind.Read or SiteKind.Write or SiteKind.Atomic when Order is { } order && Sites.LocationOf(site) > 0 && !order.Races.Contains(site) => false,
        SiteKind.Read or SiteKind.Look => Conflicts.Touch(Sites.LocationOf(site), lane.Bit, writes: false),
        SiteKind.Write or SiteKind.Atomic or SiteKind.Call or SiteKind.Change => Conflicts.Touch(Sites.LocationOf(site), lane.Bit, writes: true),
        // What others wait for can be seen by them only once they run again; the next step is early enough.
        SiteKind.Release => false,
        _ => true,
    };
}
