using Assay.Grading.Batch;

namespace Assay.Grading.Tests.Batch;

/// <summary>The numbers of item analysis, worked out by hand.</summary>
public sealed class CheckStatisticTests
{
    [Fact]
    public void Difficulty_is_the_share_that_passed_and_discrimination_the_correlation_with_all_else()
    {
        // Four submissions; the others' shares are 1, 1/2, 1/2 and 0. Those that pass "a" have 1 and 1/2.
        var statistics = CheckStatistic.Of([Grade("a", "b", "c"), Grade("a", "b"), Grade("b"), Grade()]);

        var a = statistics.Single(one => one.Id == "a");
        Assert.Equal((4, 2, 0.5), (a.Asked, a.Passed, a.Difficulty));
        // Means 3/4 and 1/4, deviation of (1, 1/2, 1/2, 0) is sqrt(1/8), sqrt(pq) is 1/2.
        Assert.Equal(0.5 / Math.Sqrt(0.125) * 0.5, a.Discrimination!.Value, 1e-9);
        Assert.Empty(a.Flags);
    }

    [Fact]
    public void Hard_easy_and_weak_checks_are_flagged()
    {
        var statistics = CheckStatistic.Of([Grade("a", "b"), Grade("a", "b"), Grade("a", "b"), Grade("a", "c"), Grade("a")]);

        Assert.Equal(["easy"], statistics.Single(one => one.Id == "a").Flags);
        Assert.Null(statistics.Single(one => one.Id == "a").Discrimination);
        Assert.Equal(["hard", "weak"], statistics.Single(one => one.Id == "c").Flags);
    }

    [Fact]
    public void What_was_not_found_out_is_not_counted_and_what_the_code_prevented_is()
    {
        var undecided = Grade("b") with { Checks = [.. Grade("b").Checks.Select(check => check.Id == "a" ? check with { Outcome = CheckOutcome.NotRun, Cause = Cause(costs: false) } : check)] };
        var prevented = Grade("b") with { Checks = [.. Grade("b").Checks.Select(check => check.Id == "a" ? check with { Outcome = CheckOutcome.NotRun, Cause = Cause(costs: true) } : check)] };
        var notCompiled = Grade() with { Outcome = GradeOutcome.NotCompiled };

        var a = CheckStatistic.Of([Grade("a"), undecided, prevented, notCompiled]).Single(one => one.Id == "a");

        Assert.Equal((2, 1), (a.Asked, a.Passed));
    }

    [Fact]
    public void Nobody_asked_is_no_number()
    {
        var a = CheckStatistic.Of([Grade() with { Outcome = GradeOutcome.NotCompiled }]).First();

        Assert.Null(a.Difficulty);
        Assert.Empty(a.Flags);
    }

    private static GradeRecord Grade(params string[] passed) => Samples.Ungraded(string.Concat(passed), []) with
    {
        Checks =
        [
            .. new[] { "a", "b", "c" }.Select(id => passed.Contains(id)
                ? new CheckRecord(id, 1, "Base", id, "Behaviour", CheckOutcome.Passed, 1, null)
                : new CheckRecord(id, 1, "Base", id, "Behaviour", CheckOutcome.Failed, 1, Cause(costs: true))),
        ],
    };

    private static CauseRecord Cause(bool costs) => new() { Verdict = "WA", What = "it", CostsPoints = costs };
}
