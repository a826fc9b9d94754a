using Assay.Exercises;
using Assay.Grading.Exercising;
using Assay.Grading.Jail;
using Assay.Grading.Score;
using Assay.TestKit;

namespace Assay.Grading.Tests.Jail;

/// <summary>The fallback for a machine without a sandbox: the same grades for honest work, and an end for what goes wrong by accident. Only attacks that harm nothing outside are run in it.</summary>
public sealed class WeakIsolationTests
{
    private static string Samples => Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions");

    [Fact]
    public void A_correct_solution_has_full_marks_and_the_grade_says_weak()
    {
        var exercise = Exercises.Exercise.All.Single(exercise => exercise.Id == "rate-limiter");
        using var launcher = Isolation.Choose("weak", new JailLimits());
        using var grader = new Grader(exercise, Rubric.Of(exercise), launcher, seed: 1);

        var grade = grader.Grade(Path.Combine(Samples, "rate-limiter", "locks"), TestContext.Current.CancellationToken);

        Assert.All(grade.Checks, check => Assert.True(check.Outcome == CheckOutcome.Passed, $"{check.Id}: {check.Cause}"));
        Assert.Equal(grade.Max, grade.Score);
        Assert.Equal("weak", grade.Isolation.Level);
    }

    [Theory]
    [InlineData("busy-loop")]
    [InlineData("deadlock")]
    [InlineData("exit-zero")]
    [InlineData("fail-fast")]
    [InlineData("fake-results")]
    [InlineData("forged-frames")]
    [InlineData("managed-memory-bomb")]
    [InlineData("output-flood")]
    [InlineData("stack-overflow")]
    [InlineData("type-initializer-throws")]
    [InlineData("unhandled-on-thread")]
    public void An_attack_ends_with_the_verdict_that_it_has_in_the_sandbox(string attack)
    {
        // Without a control group only the wall clock tells a deadlock; whatever computes has plenty of it.
        var limits = new JailLimits { Cpu = TimeSpan.FromSeconds(3), Request = TimeSpan.FromSeconds(attack == "deadlock" ? 5 : 60) };
        var source = string.Join('\n', Directory.GetFiles(Path.Combine(Samples, "hostile", attack), "*.cs").Select(File.ReadAllText));
        using var launcher = Isolation.Choose("weak", limits);

        var (checks, _) = new StageRunner(launcher, new HostileTests.OneCall(), seed: 1).Run(Compiled.Assembly(source), TestContext.Current.CancellationToken);

        Assert.NotNull(checks[0].Cause);
        Assert.True(HostileTests.Expected(attack).Verdict == checks[0].Cause!.Verdict, $"{checks[0].Cause}");
    }
}
