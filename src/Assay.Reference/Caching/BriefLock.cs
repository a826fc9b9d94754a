using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <summary>
/// A lock for sections of some nanoseconds, where entering and leaving cost more than what is done inside: one atomic operation in place
/// of the two that a lock takes which knows its owner and its sleepers. Whoever must wait spins, then yields, then sleeps a millisecond at
/// a time. It is not reentrant.
/// </summary>
internal sealed class BriefLock
{
    // Not readonly: it is a struct that changes.
    private SpinLock _lock = new(enableThreadOwnerTracking: false);

    /// <summary>Enters; the scope leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Scope Enter()
    {
        var isTaken = false;
        _lock.Enter(ref isTaken);
        return new Scope(this);
    }

    /// <summary>Leaves at the end of a <c>using</c>.</summary>
    internal readonly ref struct Scope(BriefLock entered)
    {
        // Written in order, which is what those who enter next rely on; the full barrier would only hurry them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => entered._lock.Exit(useMemoryBarrier: false);
    }
}
