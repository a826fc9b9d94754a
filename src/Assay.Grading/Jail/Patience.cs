using System.Diagnostics;

namespace Assay.Grading.Jail;

/// <summary>
/// How long a request is waited for. Processor time decides where the kernel counts it, so that a busy machine makes nobody fail: the wall clock is the last resort.
/// Processor time is counted from the first look on, for most requests are answered before it and to ask the kernel costs more than they do.
/// </summary>
internal sealed class Patience(JailLimits limits)
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    // Less than this in the whole idle time is the runtime's own housekeeping.
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMilliseconds(2);

    private readonly long _began = Stopwatch.GetTimestamp();
    private long _lastRan = Stopwatch.GetTimestamp();
    private int _told;
    private TimeSpan? _cpuAtStart;
    private TimeSpan? _cpuLastRan;

    /// <summary>Looks at the clocks.</summary>
    /// <param name="cpu">What all threads used so far; null where nobody counts.</param>
    /// <param name="waitsForHost">Whether the next step is the host's: the jail then idles rightly.</param>
    /// <param name="told">Changes when the host sends something: a check may leave a load open while it does something else.</param>
    /// <returns>How the jail must end; null while it may go on.</returns>
    public JailEnd? EndsWith(TimeSpan? cpu, bool waitsForHost, int told)
    {
        _cpuAtStart ??= cpu;
        if (cpu - _cpuAtStart > limits.RequestCpu)
            return new JailEnd("TLE-cpu", $"one call took more than {limits.RequestCpu.TotalSeconds:0.#} s of processor time");
        if (Stopwatch.GetElapsedTime(_began) > limits.Request)
            return new JailEnd("TLE-wall", $"one call took more than {limits.Request.TotalSeconds:0.#} s");
        if (cpu is null || _cpuLastRan is null || waitsForHost || told != _told || cpu - _cpuLastRan > Housekeeping)
        {
            (_cpuLastRan, _told) = (cpu, told);
            _lastRan = Stopwatch.GetTimestamp();
        }

        return Stopwatch.GetElapsedTime(_lastRan) > limits.Idle
            ? new JailEnd("TLE-wall", $"no thread ran for {limits.Idle.TotalSeconds:0.#} s: a deadlock, or a wait for something that never comes")
            : null;
    }
}
