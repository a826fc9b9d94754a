using Assay.Exercises;
using Assay.Grading.Jail;
using Assay.Grading.Report;
using Assay.Grading.Score;
using Assay.Grading.Tests.Report;
using Assay.TestKit;

namespace Assay.Grading.Tests;

/// <summary>Whole grades, from folder to points.</summary>
public sealed class GraderTests : IDisposable
{
    private readonly JailLauncher _launcher = Isolation.Choose("strong", new JailLimits());
    private readonly Grader _grader;

    public GraderTests() => _grader = NewGrader();

    public void Dispose()
    {
        _grader.Dispose();
        _launcher.Dispose();
    }

    [Theory]
    [InlineData("rate-limiter", "locks")]
    [InlineData("rate-limiter", "lock-free")]
    [InlineData("rate-limiter", "actor")]
    [InlineData("rate-limiter", "immutable")]
    [InlineData("rate-limiter", "single-writer")]
    [InlineData("cache", "locks")]
    [InlineData("cache", "lock-free")]
    [InlineData("cache", "actor")]
    [InlineData("cache", "immutable")]
    [InlineData("cache", "single-writer")]
    [InlineData("ledger", "locks")]
    [InlineData("ledger", "lock-free")]
    [InlineData("ledger", "actor")]
    [InlineData("ledger", "immutable")]
    [InlineData("ledger", "single-writer")]
    public void A_correct_solution_of_any_style_has_full_marks(string exercise, string style)
    {
        using var grader = NewGrader(exercise);
        var grade = grader.Grade(Sample(style, exercise), TestContext.Current.CancellationToken);

        Assert.Equal(GradeOutcome.Graded, grade.Outcome);
        Assert.All(grade.Checks, check => Assert.True(check.Outcome == CheckOutcome.Passed, $"{check.Id}: {check.Cause}"));
        Assert.Empty(grade.Criteria.SelectMany(criterion => criterion.Deductions));
        Assert.Equal(grade.Max, grade.Score);
        ResultSchemaTests.AssertValid(grade);
    }

    [Theory]
    [InlineData("flawed-check-then-act")]
    [InlineData("flawed-wall-clock")]
    public void A_flawed_solution_loses_points_with_a_reason_for_each(string name)
    {
        var grade = Grade(name);

        Assert.Equal(GradeOutcome.Graded, grade.Outcome);
        Assert.InRange(grade.Score!.Value, 20, 95);
        Assert.All(grade.Criteria, criterion => Assert.Equal(criterion.Max - criterion.Score, criterion.Deductions.Sum(deduction => deduction.Points)));
        ResultSchemaTests.AssertValid(grade);
    }

    [Fact]
    public void The_same_submission_and_seed_give_the_same_bytes()
    {
        using var another = NewGrader();
        // What a race breaks differs from run to run in its numbers; what the clock breaks does not.
        var path = Sample("flawed-wall-clock");

        Assert.Equal(Text(_grader.Grade(path, TestContext.Current.CancellationToken)), Text(another.Grade(path, TestContext.Current.CancellationToken)));

        static string Text(GradeRecord grade) => new JsonGradeWriter().Write(grade with { Phases = [] });
    }

    [Fact]
    public void A_race_is_found_in_every_run()
    {
        for (var run = 0; run < 5; run++)
            Assert.Contains(Grade("flawed-check-then-act").Checks, check => check is { Criterion: "SharedState", Outcome: CheckOutcome.Failed });
    }

    [Fact]
    public void A_record_survives_being_written_and_read()
    {
        var writer = new JsonGradeWriter();
        var text = writer.Write(Grade("flawed-wall-clock"));

        Assert.Equal(text, writer.Write(JsonGradeWriter.Read(text)));
    }

    private GradeRecord Grade(string name) => _grader.Grade(Sample(name), TestContext.Current.CancellationToken);

    private static string Sample(string name, string exercise = "rate-limiter") => Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", exercise, name);

    private Grader NewGrader(string id = "rate-limiter")
    {
        var exercise = Exercises.Exercise.All.Single(exercise => exercise.Id == id);
        return new Grader(exercise, Rubric.Of(exercise), _launcher, seed: 1);
    }
}
