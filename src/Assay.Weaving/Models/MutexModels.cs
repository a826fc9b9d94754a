using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Mutexes: held by lanes. All of one name are one within the run; other processes are not looked at.</summary>
[Models(typeof(Mutex))]
public static class MutexModel
{
    public static Mutex New(int site) => New(false, site);

    public static Mutex New(bool initiallyOwned, int site)
    {
        if (Arena.Current is not { } lane)
            return new Mutex(initiallyOwned);
        var mutex = new Mutex(false);
        if (initiallyOwned)
            lane.Arena.Locks.Take(mutex, lane, LockMode.Exclusive);
        return mutex;
    }

    public static Mutex New(bool initiallyOwned, string? name, int site) => New(initiallyOwned, name, out _, site);

    public static Mutex New(bool initiallyOwned, string? name, out bool isNew, int site)
    {
        if (Arena.Current is not { } lane)
            return new Mutex(initiallyOwned, name, out isNew);
        isNew = true;
        if (name is not { Length: > 0 })
            return New(initiallyOwned, site);
        lane.Arena.Step(lane, site);
        var known = lane.Arena.ShadowOf<NamedMutexes>(typeof(NamedMutexes)).Known;
        isNew = !known.TryGetValue(name, out var first);
        // Each has a handle of its own, and all stand for the first.
        var mutex = New(isNew && initiallyOwned, site);
        if (isNew)
            known[name] = mutex;
        lane.Arena.ShadowOf<SameMutex>(mutex).First = first ?? mutex;
        return mutex;
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
        Handles.RequireOpen(target);
        if (!lane.Arena.Locks.Release(Handles.Named(lane, target), lane, LockMode.Exclusive))
            throw new ApplicationException("Object synchronization method was called from an unsynchronized block of code.");
    }
}

/// <summary>By name, the first mutex of that name in a run.</summary>
internal sealed class NamedMutexes
{
    public Dictionary<string, Mutex> Known { get; } = new(StringComparer.Ordinal);
}

/// <summary>Which mutex one with a name stands for.</summary>
internal sealed class SameMutex
{
    public Mutex? First { get; set; }
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
        Handles.RequireOpen(target);
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

    /// <summary>A handle that another object shows: it is set as long as that says so.</summary>
    public static WaitHandle Follow(WaitHandle handle, Func<bool> isSet)
    {
        if (Arena.Current is { } lane)
            EventState.Of(lane, handle).Follows = isSet;
        return handle;
    }

    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public static void RequireOpen(WaitHandle target) => ObjectDisposedException.ThrowIf(target.SafeWaitHandle.IsClosed, target);

    /// <summary>Refuses what no wait for several accepts.</summary>
    public static void RequireAll(WaitHandle[] targets, int site)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Length == 0)
            throw new ArgumentException("At least one handle is waited for.");
        foreach (var target in targets)
        {
            ArgumentNullException.ThrowIfNull(target, nameof(targets));
            if (!IsKnown(target))
                Hooks.Uncontrolled(site);
            RequireOpen(target);
        }
    }

    /// <summary>The mutex that one stands for: with a name, the first of that name.</summary>
    public static Mutex Named(Lane lane, Mutex mutex) => lane.Arena.ShadowOf<SameMutex>(mutex).First ?? mutex;

    public static bool IsFree(Lane lane, WaitHandle target) => target switch
    {
        Mutex mutex => lane.Arena.Locks.Blocker(Named(lane, mutex), lane, LockMode.Exclusive) is var holder && (holder < 0 || lane.Arena.Lanes[holder].State == LaneState.Done),
        Semaphore => lane.Arena.ShadowOf<PermitCount>(target).Count > 0,
        _ => EventState.Of(lane, target).IsSet,
    };

    /// <exception cref="AbandonedMutexException">Whoever held the mutex ended without giving it back; the lane has it now.</exception>
    public static void Take(Lane lane, WaitHandle target)
    {
        if (target is Mutex mutex)
            TakeMutex(lane, Named(lane, mutex));
        else if (target is Semaphore)
            lane.Arena.ShadowOf<PermitCount>(target).Count--;
        else
            EventState.Of(lane, target).Pass();
    }

    private static void TakeMutex(Lane lane, Mutex mutex)
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
