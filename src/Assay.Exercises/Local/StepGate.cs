using System.Diagnostics;

namespace Assay.Exercises;

/// <summary>
/// Lets the calls of several threads begin together, again and again: each waits until all have come. What two calls do in the same few
/// nanoseconds meets in many steps of one program, in which threads that merely start together soon lose step.
/// </summary>
/// <param name="threads">How many take part.</param>
internal sealed class StepGate(int threads)
{
    // About what the other's call lasts. Whoever waits longer sleeps, so that a call that never returns leaves no processor busy.
    private const int MostSpins = 20_000;
    private const int SpinsBeforeYield = 2_000;

    // In nanoseconds. Whoever comes last would set out first, by as long as the others need to see it: so all set out at an instant a little later, by the clock that
    // processors share, and each by another little delay in each step, so that in many steps the calls meet in every way.
    private const int Lead = 400;
    private const int MostDelay = 256;

    private readonly object _sleep = new();
    private int _arrived;
    private int _sleepers;
    private int _step;
    private int _delays;
    private long _start;
    private int _onTime;

    /// <summary>
    /// In how many steps the last two really set out together: whoever is late had no processor. At least one is on time in every step, the one who came last.
    /// </summary>
    public int Met => Volatile.Read(ref _onTime) - Volatile.Read(ref _step);

    /// <summary>Waits for all others.</summary>
    public void Pass()
    {
        var step = Volatile.Read(ref _step);
        if (Interlocked.Increment(ref _arrived) == threads)
            Open();
        else
            Wait(step);
        SetOut();
    }

    private void Open()
    {
        Volatile.Write(ref _arrived, 0);
        Volatile.Write(ref _start, Stopwatch.GetTimestamp() + Ticks(Lead));
        // A full fence: whoever fell asleep before is counted, and whoever does so afterwards sees the step.
        Interlocked.Increment(ref _step);
        if (Volatile.Read(ref _sleepers) == 0)
            return;
        lock (_sleep)
            Monitor.PulseAll(_sleep);
    }

    private void Wait(int step)
    {
        for (var spins = 1; spins < MostSpins; spins++)
        {
            if (Volatile.Read(ref _step) != step)
                return;
            // There may be fewer processors than threads.
            if (spins % SpinsBeforeYield == 0)
                Thread.Yield();
        }

        lock (_sleep)
        {
            Interlocked.Increment(ref _sleepers);
            while (Volatile.Read(ref _step) == step)
                Monitor.Wait(_sleep);
            Interlocked.Decrement(ref _sleepers);
        }
    }

    private void SetOut()
    {
        var delay = (uint)Interlocked.Increment(ref _delays) * 0x9E3779B1 >> 16;
        var start = Volatile.Read(ref _start) + Ticks(delay % MostDelay);
        if (Stopwatch.GetTimestamp() <= start)
            Interlocked.Increment(ref _onTime);
        while (Stopwatch.GetTimestamp() < start)
        {
            // A few nanoseconds: nothing that gives way would come back in time.
        }
    }

    private static long Ticks(long nanoseconds) => nanoseconds * Stopwatch.Frequency / 1_000_000_000;
}
