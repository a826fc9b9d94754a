namespace Assay.Grading.Report;

/// <summary>One line a grade, for spreadsheets: a cell that a spreadsheet would take for a formula is quoted as text.</summary>
public sealed class CsvGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "csv";

    /// <inheritdoc />
    public override string Ending => ".csv";

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => Head(grade) + Line(grade);

    /// <summary>The column names.</summary>
    public static string Head(GradeRecord grade) =>
        Row([
            "submission", "hash", "outcome", "score", "max",
            .. grade.Criteria.Select(criterion => criterion.Name), .. grade.Checks.Select(check => $"{check.Stage}.{check.Id}"), "isolation", "seed", "remarks",
        ]);

    /// <summary>One grade.</summary>
    public static string Line(GradeRecord grade) =>
        Row([
            grade.Submission.Name, grade.Submission.Hash, grade.Outcome.ToString(), grade.Score is { } score ? ReportText.Number(score) : "", ReportText.Number(grade.Max),
            .. grade.Criteria.Select(criterion => ReportText.Number(criterion.Score)), .. grade.Checks.Select(check => check.Cause?.Verdict ?? "OK"),
            grade.Isolation.Level, ReportText.Number(grade.Seed), string.Join("; ", grade.Remarks),
        ]);

    private static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\n";

    private static string Cell(string raw)
    {
        var text = ReportText.Plain(raw).Replace('\n', ' ');
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t')
            text = "'" + text;
        return text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
