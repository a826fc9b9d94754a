using static Assay.Grading.Report.ReportText;

namespace Assay.Grading.Batch;

/// <summary>How one submission's grade changed between two gradings.</summary>
/// <param name="Name">The submission.</param>
/// <param name="Before">The earlier record; null when there was none.</param>
/// <param name="After">The later record; null when there is none.</param>
public sealed record GradeMove(string Name, GradeRecord? Before, GradeRecord? After)
{
    /// <summary>Points gained; null when one of the two has no score.</summary>
    public decimal? Points => After?.Score - Before?.Score;

    /// <summary>Whether a person would be told another grade.</summary>
    public bool Moves => Before?.Score != After?.Score || Before?.Outcome != After?.Outcome;

    /// <summary>Why, the weightiest first. When both have a score, the points of the reasons add up to those of the move.</summary>
    public IReadOnlyList<MoveReason> Reasons { get; } = [.. Explained(Before, After).OrderByDescending(reason => Math.Abs(reason.Points))];

    /// <summary>Pairs the records of two gradings by the submissions' names; who moves most comes first.</summary>
    public static IReadOnlyList<GradeMove> Between(IReadOnlyList<GradeRecord> before, IReadOnlyList<GradeRecord> after)
    {
        var old = before.ToDictionary(grade => grade.Submission.Name, StringComparer.Ordinal);
        var now = after.ToDictionary(grade => grade.Submission.Name, StringComparer.Ordinal);
        return
        [
            .. old.Keys.Union(now.Keys).Select(name => new GradeMove(name, old.GetValueOrDefault(name), now.GetValueOrDefault(name)))
                .OrderByDescending(move => move.Moves).ThenByDescending(move => Math.Abs(move.Points ?? decimal.MaxValue)).ThenBy(move => move.Name, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<MoveReason> Explained(GradeRecord? before, GradeRecord? after)
    {
        if (before is null || after is null)
            return [new MoveReason(0, before is null ? "it is new" : "it is no longer there")];
        List<MoveReason> reasons = [];
        if (before.Submission.Hash != after.Submission.Hash)
            reasons.Add(new MoveReason(0, "another hand-in: its files changed"));
        if (before.Score is not { } old || after.Score is not { } now)
            return before.Outcome == after.Outcome ? reasons : [.. reasons, new MoveReason(0, Outcomes(before, after))];
        foreach (var name in before.Criteria.Concat(after.Criteria).Select(criterion => criterion.Name).Distinct())
            reasons.AddRange(OfCriterion(name, before, after));
        // What no criterion explains is the outcome's doing: forged answers have no points whatever else holds.
        var rest = now - old - reasons.Sum(reason => reason.Points);
        if (rest != 0 || before.Outcome != after.Outcome)
            reasons.Add(new MoveReason(rest, Outcomes(before, after)));
        return reasons;
    }

    private static IEnumerable<MoveReason> OfCriterion(string name, GradeRecord before, GradeRecord after)
    {
        var old = before.Criteria.FirstOrDefault(criterion => criterion.Name == name);
        var now = after.Criteria.FirstOrDefault(criterion => criterion.Name == name);
        if ((now?.Max ?? 0) - (old?.Max ?? 0) is var worth && worth != 0)
            yield return new MoveReason(worth, $"{name} is worth {Number(now?.Max ?? 0)} points instead of {Number(old?.Max ?? 0)}");
        var lost = Grouped(old, before);
        var loses = Grouped(now, after);
        foreach (var key in lost.Keys.Union(loses.Keys).Order(StringComparer.Ordinal))
        {
            var (was, wasFor) = lost.GetValueOrDefault(key);
            var (costs, costsFor) = loses.GetValueOrDefault(key);
            if (was != costs)
                yield return new MoveReason(was - costs, Told(key, was, wasFor, costs, costsFor, before, after));
        }
    }

    /// <summary>What was lost for each check and each rule: of a rule's findings only their sum matters, for a cap holds over them.</summary>
    private static Dictionary<string, (decimal Points, string Reason)> Grouped(CriterionRecord? criterion, GradeRecord grade) =>
        (criterion?.Deductions ?? []).GroupBy(deduction => Key(deduction, grade), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (group.Sum(deduction => deduction.Points), group.First().Reason), StringComparer.Ordinal);

    private static string Key(DeductionRecord deduction, GradeRecord grade) =>
        deduction.Check is { } check ? $"check {check}" : deduction.Finding is { } finding ? $"rule {grade.Findings[finding].Rule}" : "";

    private static string Told(string key, decimal was, string? wasFor, decimal costs, string? costsFor, GradeRecord before, GradeRecord after)
    {
        if (was != 0 && costs != 0)
            return $"{(key.Length == 0 ? "what does not work" : key)} costs {Number(costs)} instead of {Number(was)}: {costsFor}";
        if (key.StartsWith("check ", StringComparison.Ordinal))
            return OfCheck(key["check ".Length..], wasFor, costsFor, before, after);
        return costs == 0 ? $"no longer charged: {wasFor}" : $"charged now: {costsFor}";
    }

    private static string OfCheck(string id, string? wasFor, string? costsFor, GradeRecord before, GradeRecord after)
    {
        var old = before.Checks.FirstOrDefault(check => check.Id == id);
        var now = after.Checks.FirstOrDefault(check => check.Id == id);
        return (old, now) switch
        {
            (_, null) => $"check {id} is no longer asked: {wasFor}",
            (null, _) => $"check {id} is new: {costsFor}",
            (_, { Outcome: CheckOutcome.Passed }) => $"check {id} holds now; before: {wasFor}",
            ({ Outcome: CheckOutcome.Passed }, _) => $"check {id} no longer holds: {costsFor}",
            _ => costsFor is null ? $"check {id} no longer costs points: {Reason(now)}" : $"check {id} costs points now: {costsFor}",
        };
    }

    private static string Outcomes(GradeRecord before, GradeRecord after) =>
        $"{Word(before.Outcome)} before, {Word(after.Outcome)} now{(after.Remarks.Count > 0 ? $": {after.Remarks[0]}" : "")}";
}

/// <summary>A part of a move.</summary>
/// <param name="Points">Gained, or lost when negative.</param>
/// <param name="Text">The check, the finding or the rubric's change behind it.</param>
public sealed record MoveReason(decimal Points, string Text);
