using System.Diagnostics;
using System.Globalization;

namespace Assay.Cli.Tests.Commands;

/// <summary>A grader that is killed can clean nothing up; the next one does.</summary>
public sealed class KilledGraderTests : IDisposable
{
    private readonly Workshop _shop = new();

    public KilledGraderTests() => _shop
        .Write("in/a.zip", "no archive")
        .Write("in/b/Limiter.cs", Submissions.Idle)
        .Write("in/c/Limiter.cs", Submissions.Idle.Replace("=> _taken.Count;", "{ while (_taken is not null) { } return 0; }", StringComparison.Ordinal));

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task What_it_left_is_swept_when_another_begins()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "leftovers are told by their owner on Linux alone");
        var (folders, groups) = await LeftByKilledAsync();
        // The kernel takes the jails with the grader, in its own time.
        while (groups.Any(HasMembers))
            await Task.Yield();

        _shop.Environment = _shop.Environment with { Clock = new Later() };
        await GradeAsync();

        Assert.NotEmpty(folders);
        Assert.DoesNotContain(folders.Concat(groups), Directory.Exists);
    }

    private Task<Outcome> GradeAsync() => _shop.RunAsync("grade", "in/a.zip", "--exercise", "rate-limiter");

    /// <summary>Runs the command line as a process of its own and kills it when it has told of two submissions: it is at the third then.</summary>
    /// <returns>The folders and control groups it had.</returns>
    private async Task<(string[] Folders, string[] Groups)> LeftByKilledAsync()
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "Assay.Cli.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", tool, "grade", "in", "--exercise", "rate-limiter", "--out", "out", "--jobs", "1", "--i-trust-the-code"])
        {
            WorkingDirectory = _shop.Folder,
            RedirectStandardError = true,
        };
        using var grader = Process.Start(start)!;
        string? line;
        do
            line = await grader.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        while (line is not null && !line.StartsWith("2 of 3", StringComparison.Ordinal));
        Assert.NotNull(line);
        var left = (FoldersOf(grader.Id), GroupsOf(grader.Id));
        grader.Kill();
        await grader.WaitForExitAsync(TestContext.Current.CancellationToken);
        return left;
    }

    /// <summary>By the locks it holds.</summary>
    private static string[] FoldersOf(int grader) =>
    [
        .. new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{grader}/fd")).EnumerateFileSystemInfos().Select(open => open.LinkTarget)
            .Where(file => file is not null && Path.GetFileName(file) == "l").Select(file => Path.GetDirectoryName(file)!),
    ];

    private static string[] GroupsOf(int grader)
    {
        var named = string.Create(CultureInfo.InvariantCulture, $"assay-{grader}-*");
        return Directory.Exists("/sys/fs/cgroup") ? Directory.GetDirectories("/sys/fs/cgroup", named, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 4 }) : [];
    }

    private static bool HasMembers(string group)
    {
        try
        {
            return File.ReadAllText(Path.Combine(group, "cgroup.procs")).Length > 0;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromMinutes(2);
    }
}
