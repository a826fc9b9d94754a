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

    // Up to about the time in which one processor learns what another has written.
    private const int MostDelay = 64;

    private readonly object _sleep = new();
    private int _arrived;
    private int _sleepers;
    private int _step;
    private int _delays;

    /// <summary>Waits for all others.</summary>
    public void Pass()
    {
        var step = Volatile.Read(ref _step);
        if (Interlocked.Increment(ref _arrived) == threads)
            Open();
        else
            Wait(step);
        Delay(step);
    }

    private void Open()
    {
        Volatile.Write(ref _arrived, 0);
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

    // Who comes last goes first, by as long as the others need to see it; a little delay, another one in each step, moves the calls past each other.
    private void Delay(int step)
    {
        var turns = (int)((uint)((step + 1) * 0x9E3779B1 ^ Interlocked.Increment(ref _delays) * 0x85EBCA6B) % MostDelay);
        for (var i = 0; i < turns; i++)
            Volatile.Read(ref _step);
    }
}
