using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Reader-writer locks of the old kind: recursive, and to upgrade is to give the read lock back and queue for the write lock. The order in which who waits is let in is anybody's.
/// </summary>
[Models(typeof(ReaderWriterLock))]
public static class ReaderWriterLockModel
{
    public static void AcquireReaderLock(ReaderWriterLock target, TimeSpan patience, int site) => AcquireReaderLock(target, Locking.Milliseconds(patience), site);

    public static void AcquireReaderLock(ReaderWriterLock target, int milliseconds, int site)
    {
        if (Arena.Current is { } lane)
            Enter(lane, target, Writes(lane, target) > 0 ? LockMode.Exclusive : LockMode.Read, milliseconds, site);
        else
            target.AcquireReaderLock(milliseconds);
    }

    public static void AcquireWriterLock(ReaderWriterLock target, TimeSpan patience, int site) => AcquireWriterLock(target, Locking.Milliseconds(patience), site);

    public static void AcquireWriterLock(ReaderWriterLock target, int milliseconds, int site)
    {
        if (Arena.Current is { } lane)
            Enter(lane, target, LockMode.Exclusive, milliseconds, site);
        else
            target.AcquireWriterLock(milliseconds);
    }

    public static void ReleaseReaderLock(ReaderWriterLock target, int site)
    {
        if (Arena.Current is { } lane)
            Leave(lane, target, Writes(lane, target) > 0 ? LockMode.Exclusive : LockMode.Read, site);
        else
            target.ReleaseReaderLock();
    }

    public static void ReleaseWriterLock(ReaderWriterLock target, int site)
    {
        if (Arena.Current is { } lane)
            Leave(lane, target, LockMode.Exclusive, site);
        else
            target.ReleaseWriterLock();
    }

    public static LockCookie UpgradeToWriterLock(ReaderWriterLock target, TimeSpan patience, int site) => UpgradeToWriterLock(target, Locking.Milliseconds(patience), site);

    public static LockCookie UpgradeToWriterLock(ReaderWriterLock target, int milliseconds, int site)
    {
        if (Arena.Current is not { } lane)
            return target.UpgradeToWriterLock(milliseconds);
        var reads = Reads(lane, target);
        // What there is to go back to is remembered here: the cookie itself shows nothing.
        lane.Arena.ShadowOf<Seasons>(target).Upgraded.Push(reads);
        if (reads > 0)
            lane.Arena.Locks.Release(target, lane, LockMode.Read, reads);
        Enter(lane, target, LockMode.Exclusive, milliseconds, site);
        return default;
    }

    public static void DowngradeFromWriterLock(ReaderWriterLock target, ref LockCookie cookie, int site)
    {
        if (Arena.Current is not { } lane)
        {
            target.DowngradeFromWriterLock(ref cookie);
            return;
        }

        Leave(lane, target, LockMode.Exclusive, site);
        if (lane.Arena.ShadowOf<Seasons>(target).Upgraded.TryPop(out var reads) && reads > 0 && Writes(lane, target) == 0)
            lane.Arena.Locks.Take(target, lane, LockMode.Read, reads);
    }

    public static bool get_IsReaderLockHeld(ReaderWriterLock target, int site) => Arena.Current is { } lane ? Reads(lane, target) > 0 : target.IsReaderLockHeld;

    public static bool get_IsWriterLockHeld(ReaderWriterLock target, int site) => Arena.Current is { } lane ? Writes(lane, target) > 0 : target.IsWriterLockHeld;

    public static int get_WriterSeqNum(ReaderWriterLock target, int site)
    {
        if (Arena.Current is not { } lane)
            return target.WriterSeqNum;
        lane.Arena.Step(lane, site, target);
        return lane.Arena.ShadowOf<Seasons>(target).Number;
    }

    public static bool AnyWritersSince(ReaderWriterLock target, int number, int site) => Arena.Current is { } lane
        ? get_WriterSeqNum(target, site) > number + (Writes(lane, target) > 0 ? 1 : 0)
        : target.AnyWritersSince(number);

    private static int Reads(Lane lane, ReaderWriterLock target) => lane.Arena.Locks.Depth(target, lane, LockMode.Read);

    private static int Writes(Lane lane, ReaderWriterLock target) => lane.Arena.Locks.Depth(target, lane, LockMode.Exclusive);

    private static void Enter(Lane lane, ReaderWriterLock target, LockMode mode, int milliseconds, int site)
    {
        var (patience, isFirst) = (Locking.Patience(milliseconds), Writes(lane, target) == 0);
        // A reader that wants to write without upgrading waits for itself.
        if (mode == LockMode.Exclusive && Reads(lane, target) > 0)
            lane.Arena.WaitUntil(lane, site, target, static (_, _) => false, patience);
        else if (Locking.Take(lane, target, mode, site, patience))
            milliseconds = Timeout.Infinite;
        if (milliseconds >= 0)
            throw new ApplicationException("The operation has timed out.");
        if (mode == LockMode.Exclusive && isFirst)
            lane.Arena.ShadowOf<Seasons>(target).Number++;
    }

    private static void Leave(Lane lane, ReaderWriterLock target, LockMode mode, int site)
    {
        if (lane.Arena.IsEnding)
            return;
        if (lane.Arena.Locks.Depth(target, lane, mode) == 0)
            throw new ApplicationException("Attempt to release a lock that is not owned by the calling thread.");
        Locking.Give(lane, target, mode, site);
    }

    private sealed class Seasons
    {
        public int Number { get; set; } = 1;

        public Stack<int> Upgraded { get; } = new();
    }
}
