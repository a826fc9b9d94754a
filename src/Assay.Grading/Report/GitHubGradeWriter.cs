namespace Assay.Grading.Report;

/// <summary>The result of a GitHub Classroom runner. Its reporter sums the scores of the tests, so every one has a number.</summary>
public sealed class GitHubGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "github";

    /// <inheritdoc />
    public override string Ending => ".github.json";

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => JsonFormats.Text(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        writer.WriteString("status", grade.Outcome != GradeOutcome.Graded ? "error" : grade.Score == grade.Max ? "pass" : "fail");
        writer.WriteNumber("max_score", grade.Max);
        writer.WriteStartArray("tests");
        foreach (var criterion in grade.Criteria)
        {
            writer.WriteStartObject();
            writer.WriteString("name", criterion.Name);
            writer.WriteString("status", criterion.Score == criterion.Max ? "pass" : "fail");
            writer.WriteString("message", ReportText.Plain(string.Join('\n', criterion.Deductions.Select(deduction => $"-{ReportText.Number(deduction.Points)} {deduction.Reason}"))));
            writer.WriteNumber("score", criterion.Score);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
