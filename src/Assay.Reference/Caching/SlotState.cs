using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <summary>
/// The word that guards a slot. From its low end: a byte that readers count down, a flag while the slot is written or free, a flag of
/// entries that end, and a version that grows with every write. So an entry in the state of nearly all hits, at rest, marked to the full
/// and without an end, has nothing but its version there.
/// </summary>
internal static class SlotState
{
    /// <summary>The byte of an entry that was not read yet: the marks that are missing.</summary>
    public const byte Unmarked = ISlotMarks.Highest;

    public const long Writing = 1 << 8;
    public const long Version = ~(NextVersion - 1);

    public const long Ends = 1 << 9;

    private const long Marks = (1 << 8) - 1;

    // Of 54 bits: nobody reads for so long that it comes around.
    private const long NextVersion = 1 << 10;

    /// <summary>The byte by itself. It is written without order, by readers: alone, so that they never write the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte MarkOf(ref long state) =>
        ref Unsafe.Add(ref Unsafe.As<long, byte>(ref state), BitConverter.IsLittleEndian ? 0 : sizeof(long) - 1);

    public static bool IsWriting(long state) => (state & Writing) != 0;

    /// <summary>Whether all that was read between two looks belongs to one entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUnchanged(long before, long after) => ((before & ~Writing) ^ after) >>> 8 == 0;

    /// <summary>The state at the end of a write.</summary>
    public static long Written(long state, bool ends) =>
        unchecked((state & Version) + NextVersion) | (state & Marks) | (ends ? Ends : 0);
}

/// <summary>Where a reader looked, and what the state would be if the entry there were settled.</summary>
internal readonly record struct SlotLook(int Place, long Settled);

/// <summary>The places at which a test's schedule may let another thread go first.</summary>
internal interface ISlotSteps
{
    /// <summary>Before the next access to what threads share.</summary>
    void Next(string access);

    /// <summary>Before a reader tries again, because a writer was in the way.</summary>
    void Again(ref SpinWait wait);
}

/// <summary>No schedule but the machine's.</summary>
internal readonly struct Unscheduled : ISlotSteps
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next(string access)
    {
    }

    public void Again(ref SpinWait wait) => wait.SpinOnce();
}
