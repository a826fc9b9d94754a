using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Monitors: held by lanes, not by threads.</summary>
[Models(typeof(Monitor))]
public static class MonitorModel
{
    public static void Enter(object target, int site)
    {
        if (Arena.Current is not { } lane)
            Monitor.Enter(target);
        else
            Locking.Take(lane, target, LockMode.Exclusive, site);
    }

    public static void Enter(object target, ref bool taken, int site)
    {
        if (Arena.Current is null)
        {
            Monitor.Enter(target, ref taken);
            return;
        }

        RequireFresh(taken);
        Enter(target, site);
        taken = true;
    }

    public static bool TryEnter(object target, int site) => TryEnter(target, 0, site);

    public static void TryEnter(object target, ref bool taken, int site) => TryEnter(target, 0, ref taken, site);

    public static bool TryEnter(object target, TimeSpan patience, int site) => TryEnter(target, Locking.Milliseconds(patience), site);

    public static void TryEnter(object target, TimeSpan patience, ref bool taken, int site) => TryEnter(target, Locking.Milliseconds(patience), ref taken, site);

    public static void TryEnter(object target, int milliseconds, ref bool taken, int site)
    {
        RequireFresh(taken);
        taken = TryEnter(target, milliseconds, site);
    }

    public static bool TryEnter(object target, int milliseconds, int site) => Arena.Current is not { } lane
        ? Monitor.TryEnter(target, milliseconds)
        : Locking.Take(lane, target, LockMode.Exclusive, site, Locking.Patience(milliseconds));

    public static void Exit(object target, int site)
    {
        if (Arena.Current is not { } lane)
            Monitor.Exit(target);
        else
            Locking.Give(lane, target, LockMode.Exclusive, site);
    }

    public static bool IsEntered(object target, int site)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Arena.Current is not { } lane ? Monitor.IsEntered(target) : lane.Arena.Locks.Depth(target, lane, LockMode.Exclusive) > 0;
    }

    public static bool Wait(object target, int site) => Wait(target, Timeout.Infinite, site);

    public static bool Wait(object target, TimeSpan patience, int site) => Wait(target, Locking.Milliseconds(patience), site);

    public static bool Wait(object target, TimeSpan patience, bool exitContext, int site) => Wait(target, Locking.Milliseconds(patience), site);

    public static bool Wait(object target, int milliseconds, bool exitContext, int site) => Wait(target, milliseconds, site);

    public static bool Wait(object target, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return Monitor.Wait(target, milliseconds);
        ArgumentNullException.ThrowIfNull(target);
        var (arena, patience) = (lane.Arena, Locking.Patience(milliseconds));
        arena.Step(lane, site, target);
        var depth = arena.Locks.Depth(target, lane, LockMode.Exclusive);
        if (depth == 0)
            throw new SynchronizationLockException();
        var waiter = new Waiter(target);
        var waiters = arena.ShadowOf<WaitList>(target).Waiters;
        waiters.AddLast(waiter);
        arena.Locks.Release(target, lane, LockMode.Exclusive, depth);
        var pulsed = arena.WaitUntil(lane, site, waiter, static (state, _) => ((Waiter)state!).IsPulsed, patience);
        waiters.Remove(waiter);
        arena.WaitUntil(lane, site, target, Locking.IsFree);
        arena.Locks.Take(target, lane, LockMode.Exclusive, depth);
        return pulsed;
    }

    public static void Pulse(object target, int site) => Wake(target, 1, site);

    public static void PulseAll(object target, int site) => Wake(target, int.MaxValue, site);

    // A lock that was taken into a flag is taken once.
    private static void RequireFresh(bool taken)
    {
        if (taken)
            throw new ArgumentException("The lockTaken argument must be set to false before calling this method.");
    }

    private static void Wake(object target, int most, int site)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (Arena.Current is not { } lane)
        {
            if (most == 1)
                Monitor.Pulse(target);
            else
                Monitor.PulseAll(target);
            return;
        }

        lane.Arena.Step(lane, site, target);
        if (lane.Arena.Locks.Depth(target, lane, LockMode.Exclusive) == 0)
            throw new SynchronizationLockException();
        // In the order of their waiting, as the runtime does.
        foreach (var waiter in lane.Arena.ShadowOf<WaitList>(target).Waiters.Where(waiter => !waiter.IsPulsed).Take(most))
            waiter.IsPulsed = true;
    }

    private sealed class WaitList
    {
        public LinkedList<Waiter> Waiters { get; } = new();
    }

    private sealed class Waiter(object target)
    {
        public bool IsPulsed { get; set; }

        public override string ToString() => $"pulse of {target}";
    }
}
