using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Reader-writer locks without recursion, which is how they are made unless asked otherwise.</summary>
[Models(typeof(ReaderWriterLockSlim))]
public static class ReaderWriterLockSlimModel
{
    public static void EnterReadLock(ReaderWriterLockSlim target, int site) => TryEnterReadLock(target, Timeout.Infinite, site);

    public static bool TryEnterReadLock(ReaderWriterLockSlim target, TimeSpan patience, int site) => TryEnterReadLock(target, (int)patience.TotalMilliseconds, site);

    public static bool TryEnterReadLock(ReaderWriterLockSlim target, int milliseconds, int site) => Arena.Current is { } lane
        ? Enter(lane, target, LockMode.Read, milliseconds, site)
        : target.TryEnterReadLock(milliseconds);

    public static void EnterWriteLock(ReaderWriterLockSlim target, int site) => TryEnterWriteLock(target, Timeout.Infinite, site);

    public static bool TryEnterWriteLock(ReaderWriterLockSlim target, TimeSpan patience, int site) => TryEnterWriteLock(target, (int)patience.TotalMilliseconds, site);

    public static bool TryEnterWriteLock(ReaderWriterLockSlim target, int milliseconds, int site) => Arena.Current is { } lane
        ? Enter(lane, target, LockMode.Exclusive, milliseconds, site)
        : target.TryEnterWriteLock(milliseconds);

    public static void EnterUpgradeableReadLock(ReaderWriterLockSlim target, int site) => TryEnterUpgradeableReadLock(target, Timeout.Infinite, site);

    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim target, TimeSpan patience, int site) =>
        TryEnterUpgradeableReadLock(target, (int)patience.TotalMilliseconds, site);

    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim target, int milliseconds, int site) => Arena.Current is { } lane
        ? Enter(lane, target, LockMode.Upgradeable, milliseconds, site)
        : target.TryEnterUpgradeableReadLock(milliseconds);

    public static void ExitReadLock(ReaderWriterLockSlim target, int site)
    {
        if (Arena.Current is { } lane)
            Locking.Give(lane, target, LockMode.Read, site);
        else
            target.ExitReadLock();
    }

    public static void ExitWriteLock(ReaderWriterLockSlim target, int site)
    {
        if (Arena.Current is { } lane)
            Locking.Give(lane, target, LockMode.Exclusive, site);
        else
            target.ExitWriteLock();
    }

    public static void ExitUpgradeableReadLock(ReaderWriterLockSlim target, int site)
    {
        if (Arena.Current is { } lane)
            Locking.Give(lane, target, LockMode.Upgradeable, site);
        else
            target.ExitUpgradeableReadLock();
    }

    public static bool get_IsReadLockHeld(ReaderWriterLockSlim target, int site) => Holds(target, LockMode.Read) ?? target.IsReadLockHeld;

    public static bool get_IsWriteLockHeld(ReaderWriterLockSlim target, int site) => Holds(target, LockMode.Exclusive) ?? target.IsWriteLockHeld;

    public static bool get_IsUpgradeableReadLockHeld(ReaderWriterLockSlim target, int site) => Holds(target, LockMode.Upgradeable) ?? target.IsUpgradeableReadLockHeld;

    private static bool? Holds(ReaderWriterLockSlim target, LockMode mode) => Arena.Current is { } lane ? lane.Arena.Locks.Depth(target, lane, mode) > 0 : null;

    private static bool Enter(Lane lane, ReaderWriterLockSlim target, LockMode mode, int milliseconds, int site)
    {
        var locks = lane.Arena.Locks;
        // Only who holds the upgradeable lock may go on to another; a reader that wants to write throws, as the real one does.
        var isReader = locks.Depth(target, lane, LockMode.Read) > 0;
        if (target.RecursionPolicy == LockRecursionPolicy.NoRecursion && (isReader || locks.Depth(target, lane, mode) > 0 || locks.Depth(target, lane, LockMode.Exclusive) > 0))
            throw new LockRecursionException($"{lane.Name} already holds this lock.");
        if (isReader && mode != LockMode.Read)
            throw new LockRecursionException("A read lock cannot be upgraded.");
        return Locking.Take(lane, target, mode, site, Locking.Patience(milliseconds));
    }
}
