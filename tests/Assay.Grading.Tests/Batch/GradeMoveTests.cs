using Assay.Exercises;
using Assay.Grading.Batch;
using Assay.Grading.Score;

namespace Assay.Grading.Tests.Batch;

/// <summary>Who moves and why: each cause that can move somebody, told by its name, and points that add up.</summary>
public sealed class GradeMoveTests
{
    private static readonly Rubric Plain = Of(new Weight("Behaviour", 60), new Weight("Async", 40));

    public static TheoryData<string, GradeRecord, GradeRecord> Changes
    {
        get
        {
            var before = Graded(Plain, ["a"], ["ASSAY1001"]);
            return new()
            {
                { "check b holds now", before, Graded(Plain, ["a", "b"], ["ASSAY1001"]) },
                { "check a no longer holds", before, Graded(Plain, [], ["ASSAY1001"]) },
                { "no longer charged: ASSAY1001", before, Graded(Plain, ["a"], []) },
                { "charged now: ASSAY1002", before, Graded(Plain, ["a"], ["ASSAY1001", "ASSAY1002"]) },
                { "Async is worth 10 points instead of 40", before, Graded(Of(new Weight("Behaviour", 90), new Weight("Async", 10)), ["a"], ["ASSAY1001"]) },
                { "Async is worth 0 points instead of 40", before, Graded(Of(new Weight("Behaviour", 100)), ["a"], ["ASSAY1001"]) },
                { "rule ASSAY1001 costs 20 instead of 10", before, Graded(Plain with { Warning = 0.5m }, ["a"], ["ASSAY1001"]) },
                { "check c is new", before, Graded(Plain, ["a"], ["ASSAY1001"], "c") },
                { "graded before, tampered now: forged", before, Scorer.Scored(before with { Outcome = GradeOutcome.Tampered, Remarks = ["forged"] }, Plain) },
                { "graded before, not compiled now: CS1002", before, Scorer.Scored(before with { Outcome = GradeOutcome.NotCompiled, Remarks = ["CS1002"] }, Plain) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Its_reason_is_told_and_all_reasons_add_up_to_the_move(string reason, GradeRecord before, GradeRecord after)
    {
        var move = Assert.Single(GradeMove.Between([before], [after]));

        Assert.True(move.Moves);
        Assert.Contains(move.Reasons, one => one.Text.StartsWith(reason, StringComparison.Ordinal));
        Assert.Equal(after.Score - before.Score, move.Points);
        Assert.Equal(move.Points, move.Reasons.Sum(one => one.Points));
    }

    [Fact]
    public void Who_stays_has_no_reason()
    {
        var move = Assert.Single(GradeMove.Between([Graded(Plain, ["a"], ["ASSAY1001"])], [Graded(Plain, ["a"], ["ASSAY1001"])]));

        Assert.False(move.Moves);
        Assert.Empty(move.Reasons);
    }

    [Fact]
    public void A_fault_of_ours_is_no_fall_in_points()
    {
        var before = Graded(Plain, ["a"], []);
        var move = Assert.Single(GradeMove.Between([before], [Scorer.Scored(before with { Outcome = GradeOutcome.NotRun, Remarks = ["no jail"] }, Plain)]));

        Assert.True(move.Moves);
        Assert.Null(move.Points);
        Assert.Equal("graded before, not graded now: no jail", Assert.Single(move.Reasons).Text);
    }

    [Fact]
    public void Who_came_and_who_left_are_told_and_the_greatest_move_comes_first()
    {
        var moves = GradeMove.Between(
            [Named("stays", ["a"]), Named("small", ["a", "b"]), Named("left", ["a"]), Named("great", ["a", "b"])],
            [Named("stays", ["a"]), Named("small", ["a"]), Named("came", []), Named("great", [])]);

        Assert.Equal(["came", "left", "great", "small", "stays"], moves.Select(move => move.Name));
        Assert.Equal(["it is new", "it is no longer there"], moves.Take(2).Select(move => Assert.Single(move.Reasons).Text));
    }

    [Fact]
    public void Rescoring_gives_what_grading_by_that_rubric_would_have_given()
    {
        var other = Of(new Weight("Behaviour", 30), new Weight("Async", 70)) with { Warning = 0.1m };

        var rescored = Rescoring.Of(Graded(Plain, ["a"], ["ASSAY1001"]), other);

        Assert.Equal(Graded(other, ["a"], ["ASSAY1001"]).Score, rescored.Score);
        Assert.NotEqual(Graded(other, ["a"], []).Exercise.Hash, rescored.Exercise.Hash);
    }

    private static GradeRecord Named(string name, string[] passed) => Graded(Plain, passed, []) with { Submission = new SubmissionRecord(name, "00") };

    private static GradeRecord Graded(Rubric rubric, string[] passed, string[] rules, params string[] more) => Scorer.Scored(
        Samples.Ungraded("one", [new FileRecord("Limiter.cs", "class C { }")]) with
        {
            Checks = [.. new[] { "a", "b" }.Concat(more).Select(id => new CheckRecord(
                id, 1, "Base", id, "Behaviour", passed.Contains(id) ? CheckOutcome.Passed : CheckOutcome.Failed, 1, passed.Contains(id) ? null : new CauseRecord { Verdict = "WA", What = "it" }))],
            Findings = [.. rules.Select(rule => new FindingRecord(rule, "Title", "Async", "warning", "it waits", "Limiter.cs", 1, 1, 1, 2, [], false, "https://assay.example"))],
        },
        rubric);

    private static Rubric Of(params Weight[] weights) => new() { Exercise = "rate-limiter", Criteria = weights };
}
