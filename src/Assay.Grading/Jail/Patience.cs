using System.Diagnostics;

namespace Assay.Grading.Jail;

/// <summary>
/// How long a request is waited for. Processor time decides where the kernel counts it, so that a busy machine makes nobody fail: the wall clock is the last resort.
/// </summary>
internal sealed class Patience(JailLimits limits, TimeSpan? cpuAtStart)
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    // Less than this in the whole idle time is the runtime's own housekeeping.
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMilliseconds(2);

    private readonly long _began = Stopwatch.GetTimestamp();
    private long _lastRan = Stopwatch.GetTimestamp();
    private readonly TimeSpan? _cpuAtStart = cpuAtStart;
    private TimeSpan? _cpuLastRan = cpuAtStart;

    /// <summary>Looks at the clocks.</summary>
    /// <param name="cpu">What all threads used so far; null where nobody counts.</param>
    /// <param name="waitsForHost">Whether the next step is the host's: the jail then idles rightly.</param>
    /// <returns>How the jail must end; null while it may go on.</returns>
    public JailEnd? EndsWith(TimeSpan? cpu, bool waitsForHost)
    {
        if (cpu - _cpuAtStart > limits.RequestCpu)
            return new JailEnd("TLE-cpu", $"one call took more than {limits.RequestCpu.TotalSeconds:0.#} s of processor time");
        if (Stopwatch.GetElapsedTime(_began) > limits.Request)
            return new JailEnd("TLE-wall", $"one call took more than {limits.Request.TotalSeconds:0.#} s");
        if (cpu is null || waitsForHost || cpu - _cpuLastRan > Housekeeping)
        {
            _cpuLastRan = cpu;
            _lastRan = Stopwatch.GetTimestamp();
        }

        return Stopwatch.GetElapsedTime(_lastRan) > limits.Idle
            ? new JailEnd("TLE-wall", $"no thread ran for {limits.Idle.TotalSeconds:0.#} s: a deadlock, or a wait for something that never comes")
            : null;
    }
}
