using System.Runtime.InteropServices;

namespace Assay.Verify.Exploration;

/// <summary>
/// Keeps the threads of one exploration on one processor: exactly one of them runs at a time, and to hand over to a neighbour on the same processor costs a fraction of waking another one. Linux alone;
/// elsewhere it does nothing.
/// </summary>
internal static class OneProcessor
{
    private const int Words = 16;
    private const int BitsInWord = 64;

    // One more than the processor's number, so that zero is none.
    [ThreadStatic]
    private static int t_kept;

    /// <summary>What a thread that this one starts should be given; zero for nothing.</summary>
    public static int Kept => t_kept;

    /// <summary>Keeps the calling thread where it runs now, for the rest of its life.</summary>
    public static void KeepHere() => Keep(Thread.GetCurrentProcessorId() + 1);

    /// <summary>Keeps the calling thread where another is kept.</summary>
    public static void Keep(int kept)
    {
        if (kept is <= 0 or > Words * BitsInWord || !OperatingSystem.IsLinux())
            return;
        var mask = new ulong[Words];
        mask[(kept - 1) / BitsInWord] = 1UL << (kept - 1) % BitsInWord;
        // A refusal costs time, nothing else.
        if (sched_setaffinity(0, Words * sizeof(ulong), mask) == 0)
            t_kept = kept;
    }

    [DllImport("libc")]
    private static extern int sched_setaffinity(int thread, nint size, [In] ulong[] mask);
}
