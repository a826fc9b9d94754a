namespace Assay.Exercises;

/// <summary>
/// Lets threads set out while they really run at the same time, as far as there are processors: on a busy machine a thread that merely has begun may
/// wait for a processor while another does all its work.
/// </summary>
/// <param name="threads">How many will arrive, numbered from zero.</param>
internal sealed class StartGate(int threads)
{
    // A bound on the wait for processors, not a time: a machine with one free processor sets out all the same.
    private const int MostLooks = 20_000;
    private const int LooksInARow = 1024;
    private const int SpinsInARow = 1 << 16;
    private const int SpinsOfALook = 60;

    // A cache line for each thread, so that the beats do not slow each other down.
    private const int Stride = 16;

    private readonly long[] _beats = new long[(threads + 1) * Stride];
    private readonly int _needed = Math.Min(threads, Environment.ProcessorCount) - 1;
    private int _arrived;
    private volatile bool _isOpen;

    /// <summary>Blocks until all threads have arrived and enough of them run.</summary>
    /// <param name="thread">The caller's number.</param>
    public void Pass(int thread)
    {
        Interlocked.Increment(ref _arrived);
        if (thread == 0)
            Open();
        for (var spins = 0; !_isOpen; spins++)
        {
            Volatile.Write(ref _beats[(thread + 1) * Stride], spins);
            // Whoever waits long gives way, for there may be fewer processors than threads; but not at once, for then nobody would be seen running.
            if (spins % SpinsInARow == SpinsInARow - 1)
                Thread.Yield();
        }
    }

    private void Open()
    {
        while (Volatile.Read(ref _arrived) < threads)
            Thread.Yield();
        var seen = new long[threads];
        for (var look = 0; look < MostLooks; look++)
        {
            for (var other = 1; other < threads; other++)
                seen[other] = Volatile.Read(ref _beats[(other + 1) * Stride]);
            Thread.SpinWait(SpinsOfALook);
            var running = 0;
            for (var other = 1; other < threads; other++)
                running += Volatile.Read(ref _beats[(other + 1) * Stride]) == seen[other] ? 0 : 1;
            if (running >= _needed)
                break;
            if (look % LooksInARow == LooksInARow - 1)
                Thread.Yield();
        }

        _isOpen = true;
    }
}
