using System.Globalization;

namespace Assay.Grading.Jail;

/// <summary>The unified hierarchy: one folder beneath the group this process is in, whose controllers are delegated to us.</summary>
internal sealed class ControlGroupV2 : ControlGroup
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _folder;

    private ControlGroupV2(string folder) => _folder = folder;

    public override string Description => "cgroup v2 (memory, pids, cpu)";

    public override IReadOnlyList<string> JoinFiles => [Path.Combine(_folder, "cgroup.procs")];

    public override bool MemoryExceeded => ReadField(Path.Combine(_folder, "memory.events"), "oom_kill") > 0;

    public override bool TasksExceeded => ReadField(Path.Combine(_folder, "pids.events"), "max") > 0;

    public override TimeSpan Cpu => TimeSpan.FromMicroseconds(ReadField(Path.Combine(_folder, "cpu.stat"), "usage_usec"));

    public override IReadOnlyList<int> Members => ReadMembers(Path.Combine(_folder, "cgroup.procs"));

    public static ControlGroupV2? TryCreate(string name, JailLimits limits)
    {
        if (!File.Exists(Path.Combine(Root, "cgroup.controllers")))
            return null;
        var controllers = File.ReadAllText(Path.Combine(Root, "cgroup.controllers"));
        if (!controllers.Contains("memory", StringComparison.Ordinal) || !controllers.Contains("pids", StringComparison.Ordinal))
            return null;
        File.WriteAllText(Path.Combine(Root, "cgroup.subtree_control"), "+memory +pids +cpu");
        var group = new ControlGroupV2(Path.Combine(Root, name));
        Directory.CreateDirectory(group._folder);
        group.Set("memory.max", limits.Memory);
        group.Set("memory.swap.max", 0);
        group.Set("pids.max", limits.Tasks);
        return group;
    }

    public override void Dispose() => Remove(_folder);

    private void Set(string file, long value)
    {
        var path = Path.Combine(_folder, file);
        if (File.Exists(path))
            File.WriteAllText(path, value.ToString(CultureInfo.InvariantCulture));
    }
}
