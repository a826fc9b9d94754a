using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Taking and giving back what only some may hold at once.</summary>
internal static class Locking
{
    public static Func<object?, Lane, bool> IsFree { get; } = static (target, lane) => lane.Arena.Locks.IsFree(target!, lane, LockMode.Exclusive);

    private static Func<object?, Lane, bool> IsFreeToRead { get; } = static (target, lane) => lane.Arena.Locks.IsFree(target!, lane, LockMode.Read);

    private static Func<object?, Lane, bool> IsFreeToUpgrade { get; } = static (target, lane) => lane.Arena.Locks.IsFree(target!, lane, LockMode.Upgradeable);

    public static bool Take(Lane lane, object target, LockMode mode, int site, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        lane.Arena.Step(lane, site, target, isLock: true);
        var condition = mode switch { LockMode.Read => IsFreeToRead, LockMode.Upgradeable => IsFreeToUpgrade, _ => IsFree };
        if (patience is null)
            lane.Arena.WaitUntil(lane, site, target, condition, isLock: true);
        else if (!CallRecord.Attempt(lane, () => lane.Arena.WaitUntil(lane, site, target, condition, patience, isLock: patience == TimeSpan.Zero), patience))
            return false;
        lane.Arena.Locks.Take(target, lane, mode);
        return true;
    }

    public static void Give(Lane lane, object target, LockMode mode, int site)
    {
        ArgumentNullException.ThrowIfNull(target);
        // While a run unwinds, the finally blocks that lead here must not throw anew.
        if (lane.Arena.IsEnding)
            return;
        lane.Arena.Step(lane, site, target, isLock: true);
        if (lane.Arena.Locks.Release(target, lane, mode))
            return;
        if (lane.Arena.Locks.Blocker(target, lane, LockMode.Exclusive) is >= 0 and var holder && IsBeforeAwait(lane.Arena.Lanes[holder], lane))
            lane.Arena.Fail(lane, RunEndKind.Failed, "a lock is given back after an await, on another thread than took it");
        throw new SynchronizationLockException($"{lane.Name} does not hold the lock it gives back.");
    }

    // What follows an await goes by the name of what came before it, and draws its chance from the same place.
    private static bool IsBeforeAwait(Lane holder, Lane lane) => holder.Name == lane.Name && holder.Chance == lane.Chance;

    /// <summary>Waits for a condition, the clock or a token, whichever comes first.</summary>
    /// <returns>Whether the condition holds.</returns>
    public static bool Until(Lane lane, int site, object target, Func<bool> isMet, TimeSpan? patience, CancellationToken cancellationToken)
    {
        lane.Arena.WaitUntil(lane, site, target, (_, _) => cancellationToken.IsCancellationRequested || isMet(), patience);
        return isMet();
    }

    /// <summary>Null for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than the -1 that means for ever.</exception>
    public static TimeSpan? Patience(int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, Timeout.Infinite);
        return milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds);
    }

    /// <summary>A time to wait in whole milliseconds, -1 for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than -1, or more than an integer holds.</exception>
    public static int Milliseconds(TimeSpan patience)
    {
        var whole = (long)patience.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(whole, Timeout.Infinite, nameof(patience));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(whole, int.MaxValue, nameof(patience));
        return (int)whole;
    }
}
