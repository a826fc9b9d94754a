using System.Globalization;

namespace Assay.Grading.Jail;

/// <summary>
/// The unified hierarchy: one folder beside the group this process is in, or higher up, where memory and pids may be handed on. A group with processes of its own cannot hand controllers on, unless it
/// is the root. Source: Documentation/admin-guide/cgroup-v2.rst, "No Internal Process Constraint" and "Delegation".
/// </summary>
internal sealed class ControlGroupV2 : ControlGroup
{
    private const string Root = "/sys/fs/cgroup";
    private const string Own = "/proc/self/cgroup";

    private static readonly string[] Needed = ["memory", "pids"];

    private readonly string _folder;

    private ControlGroupV2(string folder) => _folder = folder;

    public override string Description => "cgroup v2 (memory, pids, cpu)";

    public override IReadOnlyList<string> JoinFiles => [Path.Combine(_folder, "cgroup.procs")];

    public override bool MemoryExceeded => ReadField(Path.Combine(_folder, "memory.events"), "oom_kill") > 0;

    public override bool TasksExceeded => ReadField(Path.Combine(_folder, "pids.events"), "max") > 0;

    public override TimeSpan Cpu => TimeSpan.FromMicroseconds(ReadField(Path.Combine(_folder, "cpu.stat"), "usage_usec"));

    public override long Memory => ReadNumber(Path.Combine(_folder, "memory.current"));

    public override long Tasks => ReadNumber(Path.Combine(_folder, "pids.current"));

    public override IReadOnlyList<int> Members => ReadMembers(Path.Combine(_folder, "cgroup.procs"));

    /// <summary>Makes a group.</summary>
    /// <param name="name">Its name, new.</param>
    /// <param name="limits">What its members may use together.</param>
    /// <param name="root">Where the hierarchy is mounted.</param>
    /// <param name="own">The file that names the group of this process.</param>
    /// <returns>Null when there is no such hierarchy, or no place in it for us.</returns>
    public static ControlGroupV2? TryCreate(string name, JailLimits limits, string root = Root, string own = Own) =>
        File.Exists(Path.Combine(root, "cgroup.controllers"))
            ? Places(root, own).Select(place => TryCreateIn(place, name, limits)).FirstOrDefault(group => group is not null)
            : null;

    /// <summary>Where groups may have been made; none without this hierarchy.</summary>
    public static IEnumerable<string> Places() => File.Exists(Path.Combine(Root, "cgroup.controllers")) ? Places(Root, Own) : [];

    public override void Dispose() => Remove(_folder);

    /// <summary>The groups above this process, nearest first.</summary>
    private static IEnumerable<string> Places(string root, string own)
    {
        // The line of the unified hierarchy is "0::/path".
        var path = File.ReadLines(own).FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?["0::/".Length..] ?? "";
        do
        {
            path = path[..Math.Max(path.LastIndexOf('/'), 0)];
            yield return Path.Combine(root, path);
        }
        while (path.Length > 0);
    }

    private static ControlGroupV2? TryCreateIn(string place, string name, JailLimits limits)
    {
        var group = new ControlGroupV2(Path.Combine(place, name));
        try
        {
            var offered = File.ReadAllText(Path.Combine(place, "cgroup.controllers")).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            if (!Needed.All(controller => offered.Contains(controller)))
                return null;
            File.WriteAllText(Path.Combine(place, "cgroup.subtree_control"), string.Join(' ', Needed.Select(controller => "+" + controller)));
            Directory.CreateDirectory(group._folder);
            group.Set("memory.max", limits.Memory);
            group.Set("pids.max", limits.Tasks);
            // Absent where the kernel does not account swap; without swap the limit above is the whole limit.
            if (File.Exists(Path.Combine(group._folder, "memory.swap.max")))
                group.Set("memory.swap.max", 0);
            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not handed to us, or full of processes: another place may do, and a group whose limits could not be set must not be used.
            group.Dispose();
            return null;
        }
    }

    // A limit that the kernel does not offer here is an error, never silently none.
    private void Set(string file, long value)
    {
        using var stream = new FileStream(Path.Combine(_folder, file), FileMode.Open, FileAccess.Write);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
    }
}
