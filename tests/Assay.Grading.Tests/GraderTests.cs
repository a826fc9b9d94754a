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

    [Theory]
    [InlineData("Program.cs", """
        using BenchmarkDotNet.Running;
        // Not every class of mine is there any more.
        var limiter = new Removed(3);
        Console.WriteLine($"{limiter} {args.Length}");
        return Main.Of(limiter) is { } ? 0 : 1;
        """)]
    [InlineData("Demo.cs", """
        using System.Globalization;
        #if DEBUG
        Console.WriteLine("debugging");
        #endif
        static int Twice(int one) => 2 * one;
        Console.WriteLine(Twice(21).ToString(CultureInfo.InvariantCulture));

        public static class Shared { public const string Name = "shared"; }
        """)]
    public void A_program_to_try_it_out_costs_nothing_and_is_said(string file, string text)
    {
        using var folder = new TemporaryFolder();
        foreach (var source in Directory.GetFiles(Sample("locks"), "*.cs"))
            folder.Write(Path.GetFileName(source), File.ReadAllText(source));
        folder.Write(file, text);
        // What stands beside the statements is the submission's.
        if (text.Contains("Shared", StringComparison.Ordinal))
            folder.Write("Uses.cs", "internal static class Uses { public static string Name => Shared.Name; }");

        var grade = _grader.Grade(folder.Path, TestContext.Current.CancellationToken);

        Assert.True(grade.Score == grade.Max, string.Join('\n', grade.Remarks));
        Assert.Equal($"{file} has statements outside any type, which were passed over: nothing calls them", Assert.Single(grade.Remarks));
    }

    [Fact]
    public void A_program_that_cannot_be_parsed_is_a_compile_error_at_its_line()
    {
        using var folder = new TemporaryFolder();
        folder.Write("Program.cs", "Console.WriteLine(1);\nConsole.WriteLine(2;\n");

        var grade = _grader.Grade(folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal(GradeOutcome.NotCompiled, grade.Outcome);
        Assert.Contains(grade.Remarks, remark => remark.StartsWith("Program.cs(2,", StringComparison.Ordinal));
    }

    private GradeRecord Grade(string name) => _grader.Grade(Sample(name), TestContext.Current.CancellationToken);

    private static string Sample(string name, string exercise = "rate-limiter") => Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions", exercise, name);

    private Grader NewGrader(string id = "rate-limiter")
    {
        var exercise = Exercises.Exercise.All.Single(exercise => exercise.Id == id);
        return new Grader(exercise, Rubric.Of(exercise), _launcher, seed: 1);
    }
}
