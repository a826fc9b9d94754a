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
        if (!lane.Arena.WaitUntil(lane, site, target, condition, patience, isLock: patience is null || patience == TimeSpan.Zero))
            return false;
        lane.Arena.Locks.Take(target, lane, mode);
        return true;
    }

    public static void Give(Lane lane, object target, LockMode mode, int site)
    {
        // While a run unwinds, the finally blocks that lead here must not throw anew.
        if (lane.Arena.IsEnding)
            return;
        lane.Arena.Step(lane, site, target, isLock: true);
        if (!lane.Arena.Locks.Release(target, lane, mode))
            throw new SynchronizationLockException($"{lane.Name} does not hold the lock it gives back.");
    }

    /// <summary>Waits for a condition, the clock or a token, whichever comes first.</summary>
    /// <returns>Whether the condition holds.</returns>
    public static bool Until(Lane lane, int site, object target, Func<bool> isMet, TimeSpan? patience, CancellationToken cancellationToken)
    {
        lane.Arena.WaitUntil(lane, site, target, (_, _) => cancellationToken.IsCancellationRequested || isMet(), patience);
        return isMet();
    }

    /// <summary>Null for ever.</summary>
    public static TimeSpan? Patience(int milliseconds) => milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds);
}
