using System.Globalization;
using System.Runtime.InteropServices;

namespace Assay.Grading.Jail;

/// <summary>Sees to it that no child inherits a descriptor of ours: those this process was itself given bear no close-on-exec mark.</summary>
internal static class Descriptors
{
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;
    private const int FirstPrivate = 3;

    /// <summary>Marks every open descriptor beyond the standard ones.</summary>
    public static void CloseOnStart()
    {
        if (!Directory.Exists("/proc/self/fd"))
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) && descriptor >= FirstPrivate)
                _ = fcntl(descriptor, SetFlags, CloseOnExec);
        }
    }

    [DllImport("libc")]
    private static extern int fcntl(int descriptor, int command, int argument);
}
