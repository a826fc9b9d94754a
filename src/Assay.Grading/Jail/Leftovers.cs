using System.Globalization;
using System.Runtime.InteropServices;

namespace Assay.Grading.Jail;

/// <summary>
/// What graders that were killed have left: the folders of their jails and the empty control groups. A folder is known by the lock its grader holds as long as it lives, which the system frees at its
/// end, however it ends; a group by the grader's number in its name.
/// </summary>
public static class Leftovers
{
    private const string FolderPrefix = "j";
    private const string LockName = "l";
    private const string LockText = "assay ";
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    /// <summary>Removes what nobody uses any more. What cannot be removed stays for the next time.</summary>
    /// <param name="clock">Tells how old a folder is.</param>
    public static void Sweep(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        SweepFolders(Path.GetTempPath(), clock);
        ControlGroup.Sweep();
    }

    /// <summary>Makes the folder of a jail.</summary>
    /// <param name="held">Its lock, held until it is disposed of.</param>
    internal static string NewFolder(out FileStream held)
    {
        var folder = Directory.CreateTempSubdirectory(FolderPrefix).FullName;
        held = new FileStream(Path.Combine(folder, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        held.Write(System.Text.Encoding.ASCII.GetBytes(LockText + Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        return folder;
    }

    /// <summary>Removes the folders whose lock nobody holds.</summary>
    /// <param name="root">Where they are; others may write there too.</param>
    /// <param name="clock">Tells how old they are.</param>
    internal static void SweepFolders(string root, TimeProvider clock)
    {
        foreach (var folder in new DirectoryInfo(root).EnumerateDirectories(FolderPrefix + "??????"))
        {
            try
            {
                if (IsOurs(folder) && IsOurs(new FileInfo(Path.Combine(folder.FullName, LockName))))
                    SweepFolder(folder.FullName, clock);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, or another sweep is at it.
            }
        }
    }

    private static void SweepFolder(string folder, TimeProvider clock)
    {
        var path = Path.Combine(folder, LockName);
        // A new folder's lock may not be held yet.
        if (clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) < LeastAge)
            return;
        using (var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
        {
            var text = new byte[LockText.Length];
            if (held.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length || !text.AsSpan().SequenceEqual("assay "u8) || !LocksHold(path))
                return;
            // The lock goes last: a sweep that is itself killed is gone on with.
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name != LockName))
                Delete(entry);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>On a file system without locks everybody gets every lock, which says nothing about who is alive.</summary>
    private static bool LocksHold(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // Links below are removed, never followed.
    private static void Delete(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo { LinkTarget: null } folder)
            folder.Delete(recursive: true);
        else
            entry.Delete();
    }

    /// <summary>
    /// Whether it is no link and belongs to this process's user. In a shared folder for temporary files only its owner may then put something else in its place, so what was looked at is what is removed.
    /// </summary>
    private static bool IsOurs(FileSystemInfo entry) =>
        entry.Exists && entry.LinkTarget is null && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && (OperatingSystem.IsWindows() || OwnerOf(entry.FullName) == geteuid());

    private static uint? OwnerOf(string path)
    {
        const int WorkingFolder = -100, NoFollow = 0x100, Owner = 8, OwnerOffset = 20;
        // The one form of the call whose answer has the same layout on every processor.
        var answer = new byte[256];
        return OperatingSystem.IsLinux() && statx(WorkingFolder, path, NoFollow, Owner, answer) == 0 ? MemoryMarshal.Read<uint>(answer.AsSpan(OwnerOffset)) : null;
    }

    [DllImport("libc")]
    private static extern uint geteuid();

    [DllImport("libc")]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] answer);
}
