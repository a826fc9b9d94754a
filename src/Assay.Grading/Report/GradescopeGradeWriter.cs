using System.Globalization;
using System.Text.Json;

namespace Assay.Grading.Report;

/// <summary>Gradescope's <c>results.json</c>: a test a check, and one for each criterion that findings alone decide. Every test has its score, so there is none at the top.</summary>
public sealed class GradescopeGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "gradescope";

    /// <inheritdoc />
    public override string Ending => ".results.json";

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => JsonFormats.Text(writer =>
    {
        writer.WriteStartObject();
        // Without a score nothing may be given: Gradescope shows the output and counts zero until it is run again.
        writer.WriteNumber("score", grade.Score ?? 0);
        writer.WriteString("output", ReportText.Plain(string.Join('\n', grade.Remarks)));
        writer.WriteString("output_format", "text");
        writer.WriteString("test_output_format", "text");
        writer.WriteString("visibility", "visible");
        writer.WriteString("stdout_visibility", "hidden");
        writer.WriteStartArray("tests");
        foreach (var check in grade.Checks)
            WriteCheck(writer, grade, check);
        foreach (var criterion in grade.Criteria.Where(criterion => criterion.Deductions.Any(deduction => deduction.Check is null)))
            WriteFindings(writer, criterion);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteCheck(Utf8JsonWriter writer, GradeRecord grade, CheckRecord check)
    {
        var (score, max) = ReportText.Points(grade, check);
        writer.WriteStartObject();
        writer.WriteNumber("score", score);
        writer.WriteNumber("max_score", max);
        writer.WriteString("status", check.Outcome == CheckOutcome.Passed ? "passed" : "failed");
        writer.WriteString("name", ReportText.Plain(check.Sentence));
        writer.WriteString("number", string.Create(CultureInfo.InvariantCulture, $"{check.Stage}.{PlaceInStage(grade, check)}"));
        writer.WriteString("output", ReportText.Plain(string.Join('\n', new[] { ReportText.Reason(check), check.Cause?.Help, check.Cause?.Timeline }.Where(part => !string.IsNullOrEmpty(part)))));
        writer.WriteStartArray("tags");
        writer.WriteStringValue($"stage{check.Stage}");
        writer.WriteStringValue(check.Criterion);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFindings(Utf8JsonWriter writer, CriterionRecord criterion)
    {
        var ofFindings = criterion.Deductions.Where(deduction => deduction.Check is null).ToArray();
        writer.WriteStartObject();
        writer.WriteNumber("score", -ofFindings.Sum(deduction => deduction.Points));
        writer.WriteNumber("max_score", 0);
        writer.WriteString("status", "failed");
        writer.WriteString("name", $"Findings: {criterion.Name}");
        writer.WriteString("output", ReportText.Plain(string.Join('\n', ofFindings.Select(deduction => $"-{ReportText.Number(deduction.Points)} {deduction.Reason}"))));
        writer.WriteEndObject();
    }

    private static int PlaceInStage(GradeRecord grade, CheckRecord check) =>
        grade.Checks.Where(other => other.Stage == check.Stage).TakeWhile(other => other.Id != check.Id).Count() + 1;
}
