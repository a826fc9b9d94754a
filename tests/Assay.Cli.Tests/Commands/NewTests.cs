using System.Diagnostics;
using Assay.Exercises;

namespace Assay.Cli.Tests.Commands;

/// <summary>`assay new`: what it writes is all that a candidate with the SDK alone needs.</summary>
public sealed class NewTests : IDisposable
{
    private readonly Workshop _shop = new();

    public static TheoryData<string> Exercises => [.. Exercise.All.Select(exercise => exercise.Id)];

    public void Dispose() => _shop.Dispose();

    [Theory, MemberData(nameof(Exercises))]
    public async Task A_right_solution_passes_its_local_check_offline(string id)
    {
        var exercise = Exercise.All.Single(exercise => exercise.Id == id);
        var written = await _shop.RunAsync("new", id, "task");
        Assert.True(written.ExitCode == 0, written.Error);
        Assert.Contains($"interface {exercise.Contract.Name}", _shop.Read($"task/contract/{exercise.Contract.Name}.cs"), StringComparison.Ordinal);
        Directory.Delete(_shop.Path("task/submission"), recursive: true);
        foreach (var file in Directory.GetFiles(Path.Combine(Workshop.RepositoryRoot, "samples", "submissions", id, "locks")))
            _shop.Write($"task/submission/{Path.GetFileName(file)}", File.ReadAllText(file));

        var (exitCode, output) = await RunCheckAsync();

        Assert.True(exitCode == 0, output);
        Assert.Contains("passed ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_wrote_may_be_handed_in_whole()
    {
        await _shop.RunAsync("new", "rate-limiter", "all/alice");
        Directory.Delete(_shop.Path("all/alice/submission"), recursive: true);
        _shop.Write("all/alice/submission/Limiter.cs", Submissions.Idle).Write("all/alice/obj/x.cs", "").Write("all/bob/Limiter.cs", Submissions.Idle);
        System.IO.Compression.ZipFile.CreateFromDirectory(_shop.Path("all/alice"), _shop.Path("all/carol.zip"), System.IO.Compression.CompressionLevel.Fastest, includeBaseDirectory: true);

        await _shop.RunAsync("grade", "all", "--exercise", "rate-limiter", "--out", "out", "--i-trust-the-code");
        var alone = await _shop.RunAsync("grade", "all/alice", "--exercise", "rate-limiter");

        var hashes = Directory.GetFiles(_shop.Path("out"), "*.json").Select(file => global::Assay.Grading.Report.JsonGradeWriter.Read(File.ReadAllText(file)).Submission.Hash).ToList();
        Assert.Equal((3, 1), (hashes.Count, hashes.Distinct().Count()));
        Assert.StartsWith("alice: ", alone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_starter_compiles_and_fails_its_local_check()
    {
        await _shop.RunAsync("new", "rate-limiter", "task");

        var (exitCode, output) = await RunCheckAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("FAILED  A full bucket gives out its capacity", output, StringComparison.Ordinal);
        Assert.Contains("NotImplementedException: Stage 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_left_alone()
    {
        _shop.Write("task/mine.txt", "mine");

        var outcome = await _shop.RunAsync("new", "rate-limiter", "task");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(_shop.Path("task")).Select(Path.GetFileName));
    }

    /// <summary>Runs the check with no package source and no package at hand.</summary>
    private async Task<(int ExitCode, string Output)> RunCheckAsync()
    {
        _shop.Write("nuget.config", "<configuration><packageSources><clear /></packageSources></configuration>");
        var start = new ProcessStartInfo("dotnet", ["run", "--project", _shop.Path("task")]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _shop.Folder };
        start.Environment["NUGET_PACKAGES"] = _shop.Path("packages");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
