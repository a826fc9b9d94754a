using System.Diagnostics;
using System.Globalization;

namespace Assay.Grading.Jail;

/// <summary>A control group that holds one jail: its limits are the kernel's word, and its counters say which of them was met.</summary>
internal abstract class ControlGroup : IDisposable
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(5);

    private const string Prefix = "assay";

    private static int _created;

    /// <summary>What is in force, e.g. "cgroup v1 memory, pids, cpuacct".</summary>
    public abstract string Description { get; }

    /// <summary>Files into which a process writes 0 to join.</summary>
    public abstract IReadOnlyList<string> JoinFiles { get; }

    /// <summary>Whether the kernel killed for want of memory.</summary>
    public abstract bool MemoryExceeded { get; }

    /// <summary>Whether a process or thread was refused.</summary>
    public abstract bool TasksExceeded { get; }

    /// <summary>Processor time used so far by all that ever ran in it.</summary>
    public abstract TimeSpan Cpu { get; }

    /// <summary>Memory in use, in bytes.</summary>
    public abstract long Memory { get; }

    /// <summary>Processes and threads in it.</summary>
    public abstract long Tasks { get; }

    /// <summary>The processes in it, by the host's numbers.</summary>
    public abstract IReadOnlyList<int> Members { get; }

    /// <summary>A new group with these limits.</summary>
    /// <returns>Null when the machine lets us make none.</returns>
    public static ControlGroup? Create(JailLimits limits)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Environment.ProcessId}-{Interlocked.Increment(ref _created)}");
        try
        {
            return ControlGroupV2.TryCreate(name, limits) ?? (ControlGroup?)ControlGroupV1.TryCreate(name, limits);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the groups of graders that are gone. The kernel keeps one that has members, whosever they are, and whoever sees other processes than this one does.</summary>
    public static void Sweep()
    {
        foreach (var place in ControlGroupV2.Places().Concat(ControlGroupV1.Places).Where(Directory.Exists))
        {
            foreach (var folder in Directory.GetDirectories(place, Prefix + "-*-*").Where(IsLeft))
                TryRemove(folder);
        }
    }

    /// <summary>Removes the group. Its members are gone by then, or are ended now.</summary>
    public abstract void Dispose();

    private protected static long ReadNumber(string file) => long.Parse(File.ReadAllText(file).AsSpan().Trim(), CultureInfo.InvariantCulture);

    private protected static long ReadField(string file, string field)
    {
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith(field + " ", StringComparison.Ordinal))
                return long.Parse(line.AsSpan(field.Length + 1), CultureInfo.InvariantCulture);
        }

        return 0;
    }

    private protected static int[] ReadMembers(string file) =>
        [.. File.ReadLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    /// <summary>Ends what is still in the group and removes its folders. The kernel gives a folder up only when the last member is gone, which is a moment after its end.</summary>
    private protected void Remove(params string[] folders)
    {
        var began = Stopwatch.GetTimestamp();
        var left = folders.Where(Directory.Exists).ToList();
        while (left.Count > 0 && Stopwatch.GetElapsedTime(began) < LastMoment)
        {
            foreach (var member in MembersIn(left[0]))
                Signals.Kill(member);
            left.RemoveAll(TryRemove);
            if (left.Count > 0)
                Thread.Sleep(1);
        }
    }

    private static bool IsLeft(string folder) =>
        Path.GetFileName(folder).Split('-') is [Prefix, var grader, var number]
        && int.TryParse(grader, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}"));

    private static IReadOnlyList<int> MembersIn(string folder)
    {
        try
        {
            return ReadMembers(Path.Combine(folder, "cgroup.procs"));
        }
        catch (IOException)
        {
            // Gone meanwhile.
            return [];
        }
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
