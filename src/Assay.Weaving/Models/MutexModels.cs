using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Mutexes: held by lanes. One with a name belongs to the machine, and nobody controls that.</summary>
[Models(typeof(Mutex))]
public static class MutexModel
{
    public static Mutex New(bool initiallyOwned, int site)
    {
        if (Arena.Current is not { } lane)
            return new Mutex(initiallyOwned);
        var mutex = new Mutex(false);
        if (initiallyOwned)
            lane.Arena.Locks.Take(mutex, lane, LockMode.Exclusive);
        return mutex;
    }

    public static Mutex New(bool initiallyOwned, string? name, int site)
    {
        if (name is { Length: > 0 })
            Hooks.Uncontrolled(site);
        return New(initiallyOwned, site);
    }

    public static void ReleaseMutex(Mutex target, int site)
    {
        if (Arena.Current is not { } lane)
        {
            target.ReleaseMutex();
            return;
        }

        if (lane.Arena.IsEnding)
            return;
        lane.Arena.Step(lane, site, target);
        if (!lane.Arena.Locks.Release(target, lane, LockMode.Exclusive))
            throw new ApplicationException("Object synchronization method was called from an unsynchronized block of code.");
    }
}

/// <summary>Kernel semaphores: the count is kept here, since the real one would not tell it.</summary>
[Models(typeof(Semaphore))]
public static class SemaphoreModel
{
    public static Semaphore New(int count, int most, int site)
    {
        var semaphore = new Semaphore(count, most);
        if (Arena.Current is { } lane)
            (lane.Arena.ShadowOf<PermitCount>(semaphore).Count, lane.Arena.ShadowOf<PermitCount>(semaphore).Most) = (count, most);
        return semaphore;
    }

    public static Semaphore New(int count, int most, string? name, int site)
    {
        if (name is { Length: > 0 })
            Hooks.Uncontrolled(site);
        return New(count, most, site);
    }

    public static int Release(Semaphore target, int site) => Release(target, 1, site);

    public static int Release(Semaphore target, int count, int site)
    {
        if (Arena.Current is not { } lane)
            return target.Release(count);
        if (lane.Arena.IsEnding)
            return 0;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lane.Arena.Step(lane, site, target);
        var known = lane.Arena.ShadowOf<PermitCount>(target);
        if (known.Count > known.Most - count)
            throw new SemaphoreFullException();
        known.Count += count;
        return known.Count - count;
    }
}

/// <summary>The permits of a kernel semaphore.</summary>
internal sealed class PermitCount
{
    public int Count { get; set; }

    public int Most { get; set; }
}

/// <summary>What can be waited for by handle: whether a lane could have it now, and what having it changes.</summary>
internal static class Handles
{
    public static bool IsKnown(WaitHandle target) => target is AutoResetEvent or ManualResetEvent or Mutex or Semaphore || target.GetType() == typeof(EventWaitHandle);

    public static bool IsFree(Lane lane, WaitHandle target) => target switch
    {
        Mutex => lane.Arena.Locks.Blocker(target, lane, LockMode.Exclusive) is var holder && (holder < 0 || lane.Arena.Lanes[holder].State == LaneState.Done),
        Semaphore => lane.Arena.ShadowOf<PermitCount>(target).Count > 0,
        _ => EventState.Of(lane, target).IsSet,
    };

    /// <exception cref="AbandonedMutexException">Whoever held the mutex ended without giving it back; the lane has it now.</exception>
    public static void Take(Lane lane, WaitHandle target)
    {
        if (target is Mutex)
            TakeMutex(lane, target);
        else if (target is Semaphore)
            lane.Arena.ShadowOf<PermitCount>(target).Count--;
        else
            EventState.Of(lane, target).Pass();
    }

    private static void TakeMutex(Lane lane, WaitHandle mutex)
    {
        var locks = lane.Arena.Locks;
        var holder = locks.Blocker(mutex, lane, LockMode.Exclusive);
        if (holder >= 0)
            locks.Release(mutex, lane.Arena.Lanes[holder], LockMode.Exclusive, locks.Depth(mutex, lane.Arena.Lanes[holder], LockMode.Exclusive));
        locks.Take(mutex, lane, LockMode.Exclusive);
        if (holder >= 0)
            throw new AbandonedMutexException();
    }
}
