using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Assay.Grading.Jail;

/// <summary>
/// The strong jail: own namespaces of every kind, an empty environment, a file system of the runtime and the driver alone and read-only, a system call filter, a user of its own, and
/// the kernel's limits on memory, tasks and time.
/// </summary>
internal sealed class BubblewrapLauncher : JailLauncher
{
    private const string DriverAt = "/d";
    private const string RuntimeAt = "/r";

    // Joins each control group named before "--", then becomes what follows. Descriptor 9 carries bubblewrap's arguments and 8 the filter, so neither shows in a command line.
    private const string Script = """a=$1; f=$2; shift 2; while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@" 9<"$a" 8<"$f" """;

    private readonly string _arguments;
    private readonly bool _isRoot = Environment.IsPrivilegedProcess;
    private readonly string _groups;

    public BubblewrapLauncher(JailLimits limits, JailProgram program)
        : base(limits, program)
    {
        _arguments = Stage.WriteArguments(Arguments());
        using var trial = ControlGroup.Create(limits);
        _groups = trial?.Description ?? "no cgroup";
    }

    /// <summary>Why this machine cannot have a strong jail; null when it can, as far as can be told before one is started.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "this is not Linux"
        : Tools.Bubblewrap is null ? "bubblewrap is not installed (Debian, Ubuntu: apt-get install bubblewrap)"
        : Tools.PrLimit is null || Tools.SetPriv is null || Tools.Shell is null ? "prlimit, setpriv or sh is missing (util-linux)"
        : SeccompFilter.For(RuntimeInformation.ProcessArchitecture) is null ? $"no system call filter for {RuntimeInformation.ProcessArchitecture}"
        : null;

    /// <summary>Whether the kernel holds limits on memory and tasks, by groups or by a user of the jail's own.</summary>
    public bool HasLimits => _isRoot || !_groups.StartsWith("no", StringComparison.Ordinal);

    public override IsolationRecord Isolation => new(
        HasLimits ? "strong" : "weak",
        ["bubblewrap (user, pid, net, ipc, uts, mount and cgroup namespaces)", "seccomp", _groups, _isRoot ? "rlimits, one user a jail" : "rlimits"]);

    private protected override ControlGroup? Group() => ControlGroup.Create(Limits);

    private protected override ProcessStartInfo Command(ControlGroup? group)
    {
        var start = Bare(Tools.Shell!);
        start.Environment.Clear();
        var user = SlotUser().ToString(CultureInfo.InvariantCulture);
        string[] dropping = _isRoot ? [Tools.SetPriv!, $"--reuid={user}", $"--regid={user}", "--clear-groups", "--no-new-privs"] : [];
        IEnumerable<string> arguments =
        [
            "-c", Script, "sh", _arguments, Stage.FilterFile!, .. group?.JoinFiles ?? [], "--",
            .. dropping, Tools.PrLimit!, .. ResourceLimits(_isRoot), Tools.Bubblewrap!, "--args", "9",
            RuntimeAt + "/dotnet", "exec", DriverAt + "/" + Program.Entry,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    private IEnumerable<string> Arguments()
    {
        List<string> arguments =
        [
            "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv",
            "--uid", "65534", "--gid", "65534", "--hostname", "jail", "--cap-drop", "ALL",
            "--proc", "/proc", "--dev", "/dev",
            "--size", Limits.Disk.ToString(CultureInfo.InvariantCulture), "--perms", "0700", "--tmpfs", "/tmp",
            "--ro-bind", JailStage.RuntimeRoot, RuntimeAt,
            "--ro-bind", Stage.DriverFolder, DriverAt,
            "--chdir", "/tmp", "--seccomp", "8",
        ];
        // The runtime needs the system's libraries and nothing else of it.
        foreach (var folder in new[] { "/usr/lib", "/usr/lib64", "/lib", "/lib64" })
            arguments.AddRange(Mounted(folder));
        foreach (var (name, value) in RuntimeSettings())
            arguments.AddRange(["--setenv", name, value]);
        arguments.AddRange(["--remount-ro", "/"]);
        return arguments;
    }

    private static string[] Mounted(string folder)
    {
        var entry = new DirectoryInfo(folder);
        if (!entry.Exists)
            return [];
        return entry.LinkTarget is { } target ? ["--symlink", target, folder] : ["--ro-bind", folder, folder];
    }
}
