namespace Assay.Grading.Jail;

/// <summary>How a jail ended.</summary>
/// <param name="Verdict">A verdict's name of the threat list, e.g. TLE-cpu; OK when we ended it because all was done.</param>
/// <param name="Reason">One sentence for the candidate.</param>
public sealed record JailEnd(string Verdict, string Reason)
{
    private const int SigAbort = 128 + 6;
    private const int SigKill = 128 + 9;
    private const int SigSegv = 128 + 11;
    private const int SigXcpu = 128 + 24;
    private const int SigXfsz = 128 + 25;
    private const int LauncherFailed = 125;

    /// <summary>Whether it is our fault, not the candidate's.</summary>
    public bool IsOurs => Verdict == "INFRA";

    internal static JailEnd Of(JailEnd? why, int exit, TimeSpan? cpu, ControlGroup? group, JailLimits limits, string output, bool hasAnswered)
    {
        if (why is { Verdict: "OK" or "OLE" or "TAMPER" })
            return why;
        if (group?.MemoryExceeded == true)
            return new JailEnd("MLE", $"more than {limits.Memory >> 20} MiB of memory");
        // A flood of threads also burns time; what it ran into first is the better word.
        if (group?.TasksExceeded == true)
            return OfTasks(limits);
        if (exit == SigXcpu || cpu > limits.Cpu)
            return new JailEnd("TLE-cpu", $"more than {limits.Cpu.TotalSeconds:0.#} s of processor time");
        if (why is not null)
            return why;
        return Ended(exit, limits, FirstLine(output), hasAnswered);
    }

    /// <summary>The kernel refused a process or a thread.</summary>
    internal static JailEnd OfTasks(JailLimits limits) => new("PLE", $"more than {limits.Tasks} processes and threads");

    // Until the driver has answered no code of the candidate's has run; from then on, exit codes and last words may be his, and are never our fault.
    private static JailEnd Ended(int exit, JailLimits limits, string said, bool hasAnswered) => exit switch
    {
        // The first process of a pid namespace cannot be aborted by itself; the library then runs into an illegal instruction.
        SigAbort or SigSegv when said.Contains("Stack overflow", StringComparison.Ordinal) => new("CRASH", "stack overflow"),
        SigAbort or SigSegv when said.Contains("Out of memory", StringComparison.OrdinalIgnoreCase) => new("MLE", $"more than {limits.Heap >> 20} MiB of managed memory"),
        SigAbort or SigSegv when said.Length > 0 => new("CRASH", $"the process aborted: {said}"),
        SigAbort => new("CRASH", "the process aborted"),
        SigKill => new("CRASH", "the process was killed"),
        SigSegv => new("CRASH", "the process read or wrote memory that is not there"),
        SigXfsz => new("FLE", $"a file of more than {limits.Disk >> 20} MiB"),
        LauncherFailed when !hasAnswered => new("INFRA", $"the jail could not be set up: {said}"),
        _ when !hasAnswered && (said.StartsWith("bwrap:", StringComparison.Ordinal) || said.StartsWith("setpriv:", StringComparison.Ordinal)) => new("INFRA", said),
        _ => new("CRASH", $"the process ended in the middle of a call, with exit code {exit}"),
    };

    private static string FirstLine(string output) => output.Split('\n', 2)[0].Trim() is { Length: > 200 } line ? line[..200] : output.Split('\n', 2)[0].Trim();
}

/// <summary>The jail ended while an answer was awaited.</summary>
public sealed class JailEndedException(JailEnd end) : Exception($"{end.Verdict}: {end.Reason}")
{
    /// <summary>How.</summary>
    public JailEnd End { get; } = end;
}
