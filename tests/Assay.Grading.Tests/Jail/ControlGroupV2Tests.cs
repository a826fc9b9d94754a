using Assay.Grading.Jail;

namespace Assay.Grading.Tests.Jail;

/// <summary>The file protocol of the unified hierarchy, against a tree of plain files: what is written where, and what is read from it. The kernel's part is not played.</summary>
public sealed class ControlGroupV2Tests : IDisposable
{
    private static readonly string[] Files = ["cgroup.procs", "memory.max", "memory.swap.max", "memory.events", "pids.max", "pids.events", "cpu.stat"];

    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    public ControlGroupV2Tests() => Place("", "cpu memory pids\n");

    private string Own => Path.Combine(_root, "own");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Limits_are_written_beside_the_group_of_this_process()
    {
        var place = Place("user.slice/app.slice", "cpu memory pids\n");
        Place("user.slice/app.slice/terminal.scope", "");
        In("user.slice/app.slice/terminal.scope");
        Born(place);

        var group = Create();

        Assert.NotNull(group);
        Assert.Equal("+memory +pids", Read(place, "cgroup.subtree_control"));
        Assert.Equal("1048576", Read(place, "assay-1/memory.max"));
        Assert.Equal("0", Read(place, "assay-1/memory.swap.max"));
        Assert.Equal("12", Read(place, "assay-1/pids.max"));
        Assert.Equal([Path.Combine(place, "assay-1", "cgroup.procs")], group.JoinFiles);
    }

    [Fact]
    public void The_next_place_above_that_offers_the_controllers_is_taken()
    {
        var place = Place("user.slice", "memory pids");
        Place("user.slice/app.slice", "pids");
        Place("user.slice/app.slice/terminal.scope", "");
        In("user.slice/app.slice/terminal.scope");
        Born(place);

        Assert.Equal([Path.Combine(place, "assay-1", "cgroup.procs")], Create()!.JoinFiles);
    }

    [Fact]
    public void A_process_in_the_root_group_makes_its_groups_there()
    {
        In("");
        Born(_root);

        Assert.Equal([Path.Combine(_root, "assay-1", "cgroup.procs")], Create()!.JoinFiles);
    }

    [Fact]
    public void A_group_without_its_limits_is_not_used_and_not_left()
    {
        In("");
        Directory.CreateDirectory(Path.Combine(_root, "assay-1"));

        Assert.Null(Create());
        Assert.False(Directory.Exists(Path.Combine(_root, "assay-1")));
    }

    [Fact]
    public void Without_the_hierarchy_or_its_controllers_there_is_no_group()
    {
        In("");
        File.WriteAllText(Path.Combine(_root, "cgroup.controllers"), "cpu io");
        Assert.Null(Create());
        File.Delete(Path.Combine(_root, "cgroup.controllers"));
        Assert.Null(Create());
    }

    [Fact]
    public void Counters_say_which_limit_was_met()
    {
        In("");
        Born(_root);
        var group = Create()!;
        Assert.False(group.MemoryExceeded);
        Assert.False(group.TasksExceeded);

        Write("memory.events", "low 0\nhigh 0\nmax 31\noom 1\noom_kill 1\n");
        Write("pids.events", "max 4\n");
        Write("cpu.stat", "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n");
        Write("cgroup.procs", "41\n42\n");

        Assert.True(group.MemoryExceeded);
        Assert.True(group.TasksExceeded);
        Assert.Equal(TimeSpan.FromSeconds(1.5), group.Cpu);
        Assert.Equal([41, 42], group.Members);
    }

    [Fact]
    public void On_a_real_kernel_a_group_counts_or_is_not_used_and_none_is_left()
    {
        if (File.Exists("/proc/mounts") && File.ReadLines("/proc/mounts").Select(line => line.Split(' ')).FirstOrDefault(mount => mount[2] == "cgroup2") is [_, var root, ..])
        {
            var name = $"assay-test-{Environment.ProcessId}";
            using (var group = ControlGroupV2.TryCreate(name, new JailLimits(), root))
                Assert.True(group is null || group is { Tasks: 0, MemoryExceeded: false, TasksExceeded: false, Members: [] } && group.Cpu == TimeSpan.Zero);
            Assert.Empty(Directory.GetDirectories(root, name, SearchOption.AllDirectories));
        }
    }

    private ControlGroupV2? Create() => ControlGroupV2.TryCreate("assay-1", new JailLimits { Memory = 1 << 20, Tasks = 12 }, _root, Own);

    /// <summary>A group that is there already, with what it may hand on.</summary>
    private string Place(string path, string controllers)
    {
        var folder = Path.Combine(_root, path);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "cgroup.controllers"), controllers);
        return folder;
    }

    /// <summary>The kernel makes a new group's files; here they are there already.</summary>
    private static void Born(string place)
    {
        Directory.CreateDirectory(Path.Combine(place, "assay-1"));
        foreach (var file in Files)
            File.WriteAllText(Path.Combine(place, "assay-1", file), file.EndsWith("events", StringComparison.Ordinal) ? "oom_kill 0\nmax 0\n" : "");
    }

    private void In(string group) => File.WriteAllText(Own, $"12:pids:/elsewhere\n0::/{group}\n");

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_root, "assay-1", file), text);

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file));
}
