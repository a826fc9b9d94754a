using System.Text.Json;
using Assay.Grading.Jail;
using Assay.Grading.Score;
using Assay.Grading.Tests.Report;
using Assay.TestKit;

namespace Assay.Grading.Tests;

/// <summary>The attacks that never reach the jail, through the whole grader: refused by name, at no cost to the next submission.</summary>
public sealed class HostileSubmissionTests : IDisposable
{
    private static readonly string[] EarlierRooms = ["COMPILE", "COMPILE-DOS", "REJECTED-ARCHIVE", "FINDING", "CONTRACT"];

    private readonly JailLauncher _launcher = Isolation.Choose("strong", new JailLimits());
    private readonly Grader _grader;

    public HostileSubmissionTests()
    {
        var exercise = Exercises.Exercise.All.Single(exercise => exercise.Id == "rate-limiter");
        _grader = new Grader(exercise, Rubric.Of(exercise), _launcher, seed: 1);
    }

    private static string Corpus => Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", "hostile");

    public void Dispose()
    {
        _grader.Dispose();
        _launcher.Dispose();
    }

    [Fact]
    public void Each_ends_with_its_verdict_and_the_next_one_is_graded()
    {
        var wrong = new List<string>();
        foreach (var folder in Directory.GetDirectories(Corpus).Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "verdict.json")));
            var verdict = document.RootElement.GetProperty("verdict").GetString()!;
            var says = document.RootElement.TryGetProperty("says", out var said) ? said.GetString()! : "";
            if (!EarlierRooms.Contains(verdict))
                continue;
            var grade = _grader.Grade(Directory.GetFiles(folder, "submission.*").FirstOrDefault() ?? folder, TestContext.Current.CancellationToken);
            ResultSchemaTests.AssertValid(grade);
            var at = document.RootElement.TryGetProperty("at", out var place) ? place.GetString()! : "Limiter.cs:11";
            if (!Matches(grade, verdict, says, at))
                wrong.Add($"{Path.GetFileName(folder)}: expected {verdict} ({says}), got {grade.Outcome}: {string.Join("; ", grade.Remarks)}; {string.Join(", ", grade.Findings.Select(finding => $"{finding.Rule}:{finding.Path}:{finding.Line}"))}");
        }

        Assert.Empty(wrong);
        var after = _grader.Grade(Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", "rate-limiter", "locks"), TestContext.Current.CancellationToken);
        Assert.Equal(after.Max, after.Score);
    }

    [Fact]
    public void Its_own_build_is_never_run() => Assert.False(File.Exists("/tmp/assay-own-build-ran"));

    private static bool Matches(GradeRecord grade, string verdict, string says, string at)
    {
        var remarks = string.Join('\n', grade.Remarks);
        return verdict switch
        {
            "REJECTED-ARCHIVE" => grade.Outcome == GradeOutcome.Rejected && grade.Score == 0 && remarks.Contains(says, StringComparison.Ordinal),
            "COMPILE" => grade.Outcome == GradeOutcome.NotCompiled && remarks.Contains(says, StringComparison.Ordinal),
            "FINDING" => grade.Findings.Any(finding => finding.Rule == says && FormattableString.Invariant($"{finding.Path}:{finding.Line}") == at),
            _ => grade.Outcome == GradeOutcome.NotCompiled && remarks.StartsWith(verdict + ":", StringComparison.Ordinal),
        };
    }
}
