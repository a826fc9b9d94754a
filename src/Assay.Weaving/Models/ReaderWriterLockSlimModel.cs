using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Reader-writer locks without recursion, which is how they are made unless asked otherwise.</summary>
[Models(typeof(ReaderWriterLockSlim))]
public static class ReaderWriterLockSlimModel
{
    public static void EnterReadLock(ReaderWriterLockSlim target, int site) => TryEnterReadLock(target, Timeout.Infinite, site);

    public static bool TryEnterReadLock(ReaderWriterLockSlim target, TimeSpan patience, int site) => TryEnterReadLock(target, Locking.Milliseconds(patience), site);

    public static bool TryEnterReadLock(ReaderWriterLockSlim target, int milliseconds, int site) => Arena.Current is { } lane
        ? Enter(lane, target, LockMode.Read, milliseconds, site)
        : target.TryEnterReadLock(milliseconds);

    public static void EnterWriteLock(ReaderWriterLockSlim target, int site) => TryEnterWriteLock(target, Timeout.Infinite, site);

    public static bool TryEnterWriteLock(ReaderWriterLockSlim target, TimeSpan patience, int site) => TryEnterWriteLock(target, Locking.Milliseconds(patience), site);

    public static bool TryEnterWriteLock(ReaderWriterLockSlim target, int milliseconds, int site) => Arena.Current is { } lane
        ? Enter(lane, target, LockMode.Exclusive, milliseconds, site)
        : target.TryEnterWriteLock(milliseconds);

    public static void EnterUpgradeableReadLock(ReaderWriterLockSlim target, int site) => TryEnterUpgradeableReadLock(target, Timeout.Infinite, site);

    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim target, TimeSpan patience, int site) =>
        TryEnterUpgradeableReadLock(target, Locking.Milliseconds(patience), site);

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

    public static void Dispose(ReaderWriterLockSlim target, int site)
    {
        if (Arena.Current is { Arena.IsEnding: false } lane)
        {
            lane.Arena.Step(lane, site, target);
            if (Depth(lane, target, LockMode.Read) + Depth(lane, target, LockMode.Upgradeable) + Depth(lane, target, LockMode.Exclusive) > 0)
                throw new SynchronizationLockException("The lock is being disposed while still being used.");
            lane.Arena.ShadowOf<End>(target).IsDisposed = true;
        }

        target.Dispose();
    }

    public static bool get_IsReadLockHeld(ReaderWriterLockSlim target, int site) => get_RecursiveReadCount(target, site) > 0;

    public static bool get_IsWriteLockHeld(ReaderWriterLockSlim target, int site) => get_RecursiveWriteCount(target, site) > 0;

    public static bool get_IsUpgradeableReadLockHeld(ReaderWriterLockSlim target, int site) => get_RecursiveUpgradeCount(target, site) > 0;

    public static int get_RecursiveReadCount(ReaderWriterLockSlim target, int site) => Arena.Current is { } lane ? Depth(lane, target, LockMode.Read) : target.RecursiveReadCount;

    public static int get_RecursiveWriteCount(ReaderWriterLockSlim target, int site) => Arena.Current is { } lane ? Depth(lane, target, LockMode.Exclusive) : target.RecursiveWriteCount;

    public static int get_RecursiveUpgradeCount(ReaderWriterLockSlim target, int site) => Arena.Current is { } lane ? Depth(lane, target, LockMode.Upgradeable) : target.RecursiveUpgradeCount;

    public static int get_CurrentReadCount(ReaderWriterLockSlim target, int site)
    {
        if (Arena.Current is not { } lane)
            return target.CurrentReadCount;
        CallRecord.NoteGauge();
        lane.Arena.Step(lane, site, target);
        return lane.Arena.Locks.Count(target, LockMode.Read);
    }

    private static int Depth(Lane lane, ReaderWriterLockSlim target, LockMode mode) => lane.Arena.Locks.Depth(target, lane, mode);

    private static bool Enter(Lane lane, ReaderWriterLockSlim target, LockMode mode, int milliseconds, int site)
    {
        ObjectDisposedException.ThrowIf(lane.Arena.ShadowOf<End>(target).IsDisposed, target);
        var patience = Locking.Patience(milliseconds);
        var (reads, upgrades, writes) = (Depth(lane, target, LockMode.Read), Depth(lane, target, LockMode.Upgradeable), Depth(lane, target, LockMode.Exclusive));
        // Without recursion, only who holds the upgradeable lock may go on to another.
        if (target.RecursionPolicy == LockRecursionPolicy.NoRecursion && (reads > 0 || writes > 0 || (upgrades > 0 && mode == LockMode.Upgradeable)))
            throw new LockRecursionException($"{lane.Name} already holds this lock.");
        // A reader that wants more would wait for itself.
        if (mode != LockMode.Read && reads > 0 && upgrades == 0 && writes == 0)
            throw new LockRecursionException("A read lock cannot be upgraded.");
        return Locking.Take(lane, target, mode, site, patience);
    }

    private sealed class End
    {
        public bool IsDisposed { get; set; }
    }
}
