namespace Assay.Grading.Report;

/// <summary>One line a grade, for spreadsheets.</summary>
public sealed class CsvGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "csv";

    /// <inheritdoc />
    public override string Ending => ".csv";

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => Table([grade]);

    /// <summary>Many grades under one head: a column for each criterion and each check that any of them has.</summary>
    public static string Table(IReadOnlyList<GradeRecord> grades)
    {
        var criteria = grades.SelectMany(grade => grade.Criteria).Select(criterion => criterion.Name).Distinct().ToArray();
        var checks = grades.SelectMany(grade => grade.Checks).Select(check => (check.Stage, check.Id)).Distinct().OrderBy(check => check.Stage).ToArray();
        var head = CsvTable.Row(["submission", "hash", "outcome", "score", "max", .. criteria, .. checks.Select(check => $"{check.Stage}.{check.Id}"), "findings", "isolation", "seed", "remarks"]);
        return head + string.Concat(grades.Select(grade => Line(grade, criteria, [.. checks.Select(check => check.Id)])));
    }

    private static string Line(GradeRecord grade, string[] criteria, string[] checks) => CsvTable.Row(
    [
        grade.Submission.Name, grade.Submission.Hash, grade.Outcome.ToString(), grade.Score is { } score ? ReportText.Number(score) : "", ReportText.Number(grade.Max),
        .. criteria.Select(name => grade.Criteria.FirstOrDefault(criterion => criterion.Name == name) is { } criterion ? ReportText.Number(criterion.Score) : ""),
        .. checks.Select(id => grade.Checks.FirstOrDefault(check => check.Id == id) is { } check ? check.Cause?.Verdict ?? "OK" : ""),
        ReportText.Number(grade.Findings.Count), grade.Isolation.Level, ReportText.Number(grade.Seed), string.Join("; ", grade.Remarks),
    ]);
}
