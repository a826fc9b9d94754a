using System.Numerics;

namespace Assay.Verify.Exploration;

/// <content>The lanes of a run: how they begin, and whether they have ended.</content>
internal sealed partial class Arena
{
    /// <summary>Starts another lane. It begins when the schedule says so and, if it has a condition, that holds.</summary>
    public Lane Start(string name, Action body, Func<object?, Lane, bool>? condition = null, object? waitsOn = null)
    {
        var lane = NewLane(name, body);
        (lane.Condition, lane.WaitsOn) = (condition, waitsOn);
        if (condition is not null)
            lane.Touch = Touch.Everything;
        return lane;
    }

    /// <summary>Lets a lane that has ended begin anew, its steps counted on: what comes again and again needs no lane each time.</summary>
    /// <returns>False when it has not ended.</returns>
    public bool StartAgain(Lane lane, Action body)
    {
        if (lane.State != LaneState.Done)
            return false;
        var steps = lane.Steps;
        lane.Begin(lane.Name, body, lane.Chance);
        (lane.Steps, lane.Touch) = (steps, Touch.Everything);
        return true;
    }

    /// <summary>Runs bodies together and returns when all have ended. The caller's stack carries some of them meanwhile.</summary>
    public void Together(Lane host, int site, IReadOnlyList<(string Name, Action Body)> bodies)
    {
        var group = 0UL;
        host.State = LaneState.Waiting;
        foreach (var (name, body) in bodies)
        {
            var lane = NewLane(name, body);
            lane.Chance = new LaneChance(lane.Number);
            group |= lane.Bit;
        }

        _callers |= group;
        (host.Site, host.WaitsOn, host.Condition) = (site, group, static (all, lane) => lane.Arena.AreDone((ulong)all!));
        host.Touch = Touch.Everything;
        CarryGroup(host, group);
        (host.State, host.Condition, host.WaitsOn) = (LaneState.Ready, null, null);
        t_lane = Running = host;
        if (_isEnding)
            Unwind(host);
        Order?.Perform(host);
        Order?.Races.Gather(host);
    }

    /// <summary>Lanes that only look whether anything has changed have reason to look again before they count as at rest.</summary>
    public void LookAgain()
    {
        for (var number = 0; number < _count; number++)
            _lanes[number].Pass.LookAgain();
    }

    public bool AreDone(ulong lanes)
    {
        for (; lanes != 0; lanes &= lanes - 1)
        {
            if (_lanes[BitOperations.TrailingZeroCount(lanes)].State != LaneState.Done)
                return false;
        }

        return true;
    }

    /// <summary>Whether another lane is there to come between; one that only waits for those it has put together is not.</summary>
    public bool AnyLives(Lane but)
    {
        for (var number = 0; number < _count; number++)
        {
            if (number != but.Number && _lanes[number] is { State: not LaneState.Done, WaitsOn: not ulong })
                return true;
        }

        return false;
    }

    private Lane NewLane(string name, Action body)
    {
        if (_count == MostLanes)
            Fail(Current!, RunEndKind.NotControlled, $"more than {MostLanes - 1} threads of control in one run");
        if (_count == _lanes.Count)
            _lanes.Add(new Lane(this, _count));
        var lane = _lanes[_count++];
        lane.Begin(name, body, Current?.Chance ?? new LaneChance(0));
        if (Order is not null)
            Number(lane, Order);
        // Until it comes to a place of its own, it is where it was started.
        lane.Site = Current?.Site ?? -1;
        return lane;
    }
}
