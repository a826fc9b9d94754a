namespace Assay.Grading.Jail;

/// <summary>
/// How long a request is waited for. Processor time decides where the kernel counts it, so that a busy machine makes nobody fail: the wall clock is the last resort.
/// Processor time is counted from the first look on, for most requests are answered before it and to ask the kernel costs more than they do.
/// <para>
/// Time passes only from one look to the next at both of which the host waits: while a check computes, or one of its delegates runs, the next step is the host's, and a jail idles rightly for as long as that
/// takes. A look that comes late, on a busy machine or after a sleep of it, counts no more than two that come in time.
/// </para>
/// </summary>
internal sealed class Patience
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    // Less than this in the whole idle time is the runtime's own housekeeping.
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMilliseconds(2);

    private readonly JailLimits _limits;
    private readonly TimeProvider _time;
    private long _looked;
    private bool _hostWaited = true;
    private TimeSpan _waited;
    private TimeSpan _idle;
    private int _told;
    private TimeSpan? _cpuAtStart;
    private TimeSpan? _cpuLastRan;

    /// <summary>Begins to wait.</summary>
    /// <param name="limits">What a request may use.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public Patience(JailLimits limits, TimeProvider? time = null)
    {
        (_limits, _time) = (limits, time ?? TimeProvider.System);
        _looked = _time.GetTimestamp();
    }

    /// <summary>Looks at the clocks.</summary>
    /// <param name="cpu">What all threads used so far; null where nobody counts.</param>
    /// <param name="hostWaits">Whether the next step is the jail's, and not the host's.</param>
    /// <param name="told">Changes when the host sends something: a check may leave a load open while it does something else.</param>
    /// <returns>How the jail must end; null while it may go on.</returns>
    public JailEnd? EndsWith(TimeSpan? cpu, bool hostWaits, int told)
    {
        var passed = Passed(hostWaits);
        _waited += passed;
        _idle += passed;
        _cpuAtStart ??= cpu;
        if (cpu - _cpuAtStart > _limits.RequestCpu)
            return new JailEnd("TLE-cpu", $"one call took more than {_limits.RequestCpu.TotalSeconds:0.#} s of processor time");
        if (_waited > _limits.Request)
            return new JailEnd("TLE-wall", $"one call took more than {_limits.Request.TotalSeconds:0.#} s");
        if (cpu is null || _cpuLastRan is null || !hostWaits || told != _told || cpu - _cpuLastRan > Housekeeping)
            (_cpuLastRan, _told, _idle) = (cpu, told, TimeSpan.Zero);
        return _idle > _limits.Idle
            ? new JailEnd("TLE-wall", $"no thread ran for {_limits.Idle.TotalSeconds:0.#} s: a deadlock, or a wait for something that never comes")
            : null;
    }

    private TimeSpan Passed(bool hostWaits)
    {
        var now = _time.GetTimestamp();
        var passed = _time.GetElapsedTime(_looked, now);
        (var waited, _looked, _hostWaited) = (_hostWaited && hostWaits, now, hostWaits);
        return !waited ? TimeSpan.Zero : passed < 2 * Step ? passed : 2 * Step;
    }
}
