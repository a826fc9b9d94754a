using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>
/// Spin locks: the holder's number is kept in the structure itself, so that a copy is a lock of its own, as it is without exploration. The real one
/// knows threads, on which lanes lie above each other. Who has to wait does so until any spin lock is given back: a reference cannot be kept.
/// </summary>
[Models(typeof(SpinLock))]
public static class SpinLockModel
{
    // The bit by which the real one remembers that it does not know its owner.
    private const int Untracked = unchecked((int)0x8000_0000);

    public static void Enter(ref SpinLock target, ref bool taken, int site)
    {
        if (Arena.Current is null)
            target.Enter(ref taken);
        else
            Take(ref target, ref taken, Timeout.Infinite, site);
    }

    public static void TryEnter(ref SpinLock target, ref bool taken, int site) => TryEnter(ref target, 0, ref taken, site);

    public static void TryEnter(ref SpinLock target, TimeSpan patience, ref bool taken, int site) => TryEnter(ref target, Locking.Milliseconds(patience), ref taken, site);

    public static void TryEnter(ref SpinLock target, int milliseconds, ref bool taken, int site)
    {
        if (Arena.Current is null)
            target.TryEnter(milliseconds, ref taken);
        else
            Take(ref target, ref taken, milliseconds, site);
    }

    public static void Exit(ref SpinLock target, int site) => Exit(ref target, true, site);

    public static void Exit(ref SpinLock target, bool useMemoryBarrier, int site)
    {
        if (Arena.Current is not { } lane)
        {
            target.Exit(useMemoryBarrier);
            return;
        }

        if (lane.Arena.IsEnding)
            return;
        lane.Arena.Step(lane, site);
        ref var word = ref Word(ref target);
        if (word >= 0 && Holder(word) != lane.Number + 1)
            throw new SynchronizationLockException("The calling thread does not hold the lock.");
        word &= Untracked;
        lane.Arena.ShadowOf<Exits>(typeof(SpinLock)).Count++;
    }

    public static bool get_IsHeld(ref SpinLock target, int site)
    {
        if (Arena.Current is not { } lane)
            return target.IsHeld;
        lane.Arena.Step(lane, site);
        return Holder(Word(ref target)) != 0;
    }

    public static bool get_IsHeldByCurrentThread(ref SpinLock target, int site)
    {
        if (Arena.Current is not { } lane)
            return target.IsHeldByCurrentThread;
        lane.Arena.Step(lane, site);
        if (Word(ref target) < 0)
            throw new InvalidOperationException("Thread tracking is disabled.");
        return Holder(Word(ref target)) == lane.Number + 1;
    }

    private static void Take(ref SpinLock target, ref bool taken, int milliseconds, int site)
    {
        if (taken)
        {
            taken = false;
            throw new ArgumentException("The tookLock argument must be set to false before calling this method.");
        }

        var (lane, patience) = (Arena.Current!, Locking.Patience(milliseconds));
        lane.Arena.Step(lane, site);
        ref var word = ref Word(ref target);
        var exits = lane.Arena.ShadowOf<Exits>(typeof(SpinLock));
        while (Holder(word) != 0)
        {
            if (word >= 0 && Holder(word) == lane.Number + 1)
                throw new LockRecursionException("The calling thread already holds the lock.");
            var seen = exits.Count;
            if (!lane.Arena.WaitUntil(lane, site, exits, (_, _) => exits.Count > seen, patience))
            {
                CallRecord.Attempt(lane, static () => false);
                return;
            }
        }

        if (milliseconds >= 0 && !CallRecord.Attempt(lane, static () => true))
            return;
        word |= lane.Number + 1;
        taken = true;
    }

    private static int Holder(int word) => word & ~Untracked;

    private static ref int Word(ref SpinLock target) => ref Unsafe.As<SpinLock, int>(ref target);

    private sealed class Exits
    {
        public int Count { get; set; }
    }
}
