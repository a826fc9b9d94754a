using System.Globalization;

namespace Assay.Grading.Jail;

/// <summary>The older hierarchy: a folder in each controller's tree.</summary>
internal sealed class ControlGroupV1 : ControlGroup
{
    private const string Root = "/sys/fs/cgroup";
    private static readonly string[] Controllers = ["memory", "pids", "cpuacct"];

    private readonly string[] _folders;

    private ControlGroupV1(string name) => _folders = Array.ConvertAll(Controllers, controller => Path.Combine(Root, controller, name));

    /// <summary>Where groups are made.</summary>
    public static IEnumerable<string> Places => Controllers.Select(controller => Path.Combine(Root, controller));

    public override string Description => "cgroup v1 (memory, pids, cpuacct)";

    public override IReadOnlyList<string> JoinFiles => Array.ConvertAll(_folders, folder => Path.Combine(folder, "cgroup.procs"));

    public override bool MemoryExceeded => ReadField(Path.Combine(_folders[0], "memory.oom_control"), "oom_kill") > 0;

    public override bool TasksExceeded => ReadField(Path.Combine(_folders[1], "pids.events"), "max") > 0;

    public override TimeSpan Cpu => TimeSpan.FromTicks(ReadNumber(Path.Combine(_folders[2], "cpuacct.usage")) / TimeSpan.NanosecondsPerTick);

    public override long Memory => ReadNumber(Path.Combine(_folders[0], "memory.usage_in_bytes"));

    public override long Tasks => ReadNumber(Path.Combine(_folders[1], "pids.current"));

    public override IReadOnlyList<int> Members => ReadMembers(Path.Combine(_folders[1], "cgroup.procs"));

    public static ControlGroupV1? TryCreate(string name, JailLimits limits)
    {
        if (!Controllers.All(controller => Directory.Exists(Path.Combine(Root, controller))))
            return null;
        var group = new ControlGroupV1(name);
        foreach (var folder in group._folders)
            Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(group._folders[0], "memory.limit_in_bytes"), limits.Memory.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(Path.Combine(group._folders[1], "pids.max"), limits.Tasks.ToString(CultureInfo.InvariantCulture));
        // Absent where the kernel does not account swap; without swap the limit above is the whole limit.
        var swap = Path.Combine(group._folders[0], "memory.memsw.limit_in_bytes");
        if (File.Exists(swap))
            File.WriteAllText(swap, limits.Memory.ToString(CultureInfo.InvariantCulture));
        return group;
    }

    public override void Dispose() => Remove(_folders);
}
