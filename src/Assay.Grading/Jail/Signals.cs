using System.Runtime.InteropServices;

namespace Assay.Grading.Jail;

/// <summary>Ends processes by number, for those that are not our children.</summary>
internal static class Signals
{
    private const int SigKill = 9;

    /// <summary>Ends a process now; one that is gone already is no error.</summary>
    public static void Kill(int process) => _ = kill(process, SigKill);

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
