using System.Numerics;

namespace Assay.Verify.Exploration;

/// <summary>Who holds the baton next, and how it gets there.</summary>
internal sealed partial class Arena
{
    // How long to wait between two looks at what only comes from outside.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    // So often a lane may yield to nobody before it is taken to wait for time: what it spun for may just have come.
    private const int PatienceAlone = 20;

    // As a power of two, in milliseconds: about a second a turn.
    private const int LongestAlone = 10;

    /// <summary>Runs a lane that has not begun on this thread, to its end.</summary>
    /// <returns>The lane that goes next; whoever called hands the baton to it.</returns>
    public Lane Carry(Lane lane, Carrier carrier)
    {
        t_carries = true;
        (lane.Carrier, lane.State, lane.Condition) = (carrier, LaneState.Ready, null);
        Perform(lane);
        carrier.Allocated = GC.GetAllocatedBytesForCurrentThread();
        t_lane = Running = lane;
        try
        {
            if (!_isEnding)
                ExecutionContext.Run(lane.Context!, static body => ((Action)body!)(), lane.Body);
        }
        catch (RunEndedException)
        {
            // The run has its end already; this is the lane making way.
        }
        catch (Exception exception)
        {
            // Code under test may throw anything, and whatever nobody caught is the finding.
            if (exception is OutOfMemoryException)
                Starve(lane);
            else
                End(lane, RunEndKind.Failed, RunEnd.Tell(exception), exception);
        }

        t_lane = null;
        Order?.EndCall(lane);
        lane.State = LaneState.Done;
        lane.Steps++;
        // With the program itself the run ends; others are only told.
        if (lane.Number == 0)
            _isEnding = true;
        return (_isEnding ? null : PickNext(lane, canGoOn: false, mustYield: false)) ?? NextToUnwind();
    }

    /// <summary>Gives the baton to a lane that goes on elsewhere, or begins elsewhere. The caller must be ready to wait at its own gate.</summary>
    public void Resume(Lane next)
    {
        if (next.Carrier is { } carrier)
        {
            carrier.Gate.Open();
            return;
        }

        if (!_idle.TryPop(out var idle))
            idle = Carrier.Start(this);
        idle.Launch(next);
    }

    /// <summary>A thread's way to wait for work: in store before the baton leaves it, since it may be wanted at once.</summary>
    public void ResumeAndRest(Lane next, Carrier carrier)
    {
        _idle.Push(carrier);
        Resume(next);
    }

    private void CarryGroup(Lane host, ulong group)
    {
        var next = PickNext(host, canGoOn: false, mustYield: false) ?? NextToUnwind();
        while (next != host)
        {
            // What is in the group has ended before the host goes on, so its frames may lie on the host's. Nothing else's may.
            if (next.Carrier is null && (group & next.Bit) != 0)
            {
                next = Carry(next, host.Carrier!);
                continue;
            }

            Resume(next);
            host.Carrier!.Gate.Pass();
            break;
        }
    }

    // The program itself has ended: what still has frames somewhere unwinds, what never began is forgotten.
    private void Conclude(Carrier carrier)
    {
        while (NextToUnwind() is { Number: > 0 } lane)
        {
            Resume(lane);
            carrier.Gate.Pass();
        }

        Running = null;
    }

    // Younger lanes first: those whose frames lie on top of others' are always younger. The program itself is the last.
    private Lane NextToUnwind()
    {
        for (var number = _count - 1; number > 0; number--)
        {
            if (_lanes[number] is { State: LaneState.Ready or LaneState.Waiting, Carrier: not null } lane)
                return lane;
        }

        return _lanes[0];
    }

    private void Decide(Lane lane, bool canGoOn, bool mustYield)
    {
        // Who yields yields to those that could go on now.
        if (mustYield)
            Order?.Perform(lane);
        var next = PickNext(lane, canGoOn, mustYield);
        if (next == lane)
        {
            Perform(lane);
            return;
        }

        if (next is not null)
        {
            Resume(next);
            lane.Carrier!.Gate.Pass();
            Running = lane;
            lane.Rounds = 0;
        }

        if (_isEnding)
            Unwind(lane);
        Perform(lane);
    }

    private void Perform(Lane lane)
    {
        if (Order is null)
            return;
        Order.Perform(lane);
        _scheduler.Performed(lane, this);
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private void Unwind(Lane lane)
    {
        if (++lane.Told > MostTold)
        {
            // Whoever watches from outside gives this arena up.
            IsLost = true;
            Thread.Sleep(Timeout.Infinite);
        }

        throw new RunEndedException();
    }

    /// <summary>Null when nobody can go on; the run has then ended.</summary>
    private Lane? PickNext(Lane current, bool canGoOn, bool mustYield)
    {
        var enabled = Enabled(current, canGoOn);
        while (enabled == 0)
        {
            if (!MoveClock(current))
                return null;
            enabled = Enabled(current, canGoOn);
        }

        if (!AreIdle(enabled & ~current.Bit))
            _alone = 0;
        else if (mustYield && (enabled = PassTime(current, enabled)) == 0)
            return null;
        var candidates = FairCandidates(current, enabled, canGoOn && mustYield);
        // To yield is to make way, if there is anyone to make way for.
        canGoOn &= (candidates & current.Bit) != 0;
        var chosen = BitOperations.IsPow2(candidates)
            ? BitOperations.TrailingZeroCount(candidates)
            : _scheduler.Next(new Choice(current.Number, current.Steps, canGoOn, candidates), this);
        return _lanes[chosen];
    }

    // False when no time helps: the run has then ended.
    private bool MoveClock(Lane current)
    {
        // Timers that ring for ever take no step of any lane.
        if (++_steps > _maxSteps)
            End(current, RunEndKind.Endless, $"no end after {_maxSteps} steps");
        else if (Clock.FireNext())
            return MoveTime();
        else if (EndedFromOutside() is { } lane)
            End(lane, RunEndKind.NotControlled, $"what {lane.Name} waits for ended from outside of the run, which is not controlled");
        else
            End(current, RunEndKind.Deadlock, "every thread waits");
        return false;
    }

    // Time stands while anybody works, but who spins alone for long waits for it: more and more of it passes. Zero when that helps nobody.
    private ulong PassTime(Lane current, ulong enabled)
    {
        if (++_alone > PatienceAlone)
        {
            if ((enabled & _callers) == 0 && AreIdle(enabled) && !Clock.HasAlarms)
            {
                End(current, RunEndKind.Deadlock, "every thread waits, or looks for a change in vain");
                return 0;
            }

            Clock.Advance(TimeSpan.FromMilliseconds(1 << Math.Min(_alone - PatienceAlone, LongestAlone)));
            MoveTime();
        }

        return Enabled(current, canGoOn: true);
    }

    private bool AreIdle(ulong lanes)
    {
        for (; lanes != 0; lanes &= lanes - 1)
        {
            if (!_lanes[BitOperations.TrailingZeroCount(lanes)].Pass.IsIdle)
                return false;
        }

        return true;
    }

    private bool MoveTime()
    {
        Order?.MoveTime(Clock.Now);
        return true;
    }

    private Lane? EndedFromOutside()
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Glance)
        {
            Thread.Sleep(Glance);
            for (var number = 0; number < _count; number++)
            {
                if (_lanes[number].IsEnabled)
                    return _lanes[number];
            }
        }

        return null;
    }

    // After CHESS's fair scheduling (Musuvathi and Qadeer 2008): who yields waits until each lane that could go on then has, or no longer can.
    private ulong FairCandidates(Lane current, ulong enabled, bool yields)
    {
        if (yields)
        {
            current.YieldedTo |= enabled & ~current.Bit;
            _hasYielded = true;
        }

        var candidates = enabled;
        for (var rest = enabled; rest != 0; rest &= rest - 1)
        {
            var lane = _lanes[BitOperations.TrailingZeroCount(rest)];
            lane.YieldedTo &= enabled;
            if (lane.YieldedTo != 0)
                candidates &= ~lane.Bit;
        }

        return candidates == 0 ? enabled : candidates;
    }

    // At each step rather than each decision: what counts as a place to decide depends on what was learnt, and a replay must not.
    private void ForgetYieldsTo(Lane stepping)
    {
        for (var number = 0; number < _count; number++)
            _lanes[number].YieldedTo &= ~stepping.Bit;
    }

    private ulong Enabled(Lane current, bool canGoOn)
    {
        var enabled = 0UL;
        for (var number = 0; number < _count; number++)
        {
            var lane = _lanes[number];
            if (lane == current ? canGoOn || lane.IsEnabled : lane.IsEnabled)
                enabled |= lane.Bit;
        }

        return enabled;
    }
}
