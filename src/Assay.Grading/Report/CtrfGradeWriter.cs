using System.Text.Json;

namespace Assay.Grading.Report;

/// <summary>The Common Test Report Format. Times are zero: a grade has none of its own.</summary>
public sealed class CtrfGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "ctrf";

    /// <inheritdoc />
    public override string Ending => ".ctrf.json";

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => JsonFormats.Text(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("reportFormat", "CTRF");
        writer.WriteString("specVersion", "0.0.0");
        writer.WriteString("generatedBy", "assay");
        writer.WriteStartObject("results");
        writer.WriteStartObject("tool");
        writer.WriteString("name", "assay");
        writer.WriteString("version", grade.Toolchain.Assay);
        writer.WriteEndObject();
        WriteSummary(writer, grade);
        writer.WriteStartArray("tests");
        foreach (var check in grade.Checks)
            WriteTest(writer, grade, check);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void WriteSummary(Utf8JsonWriter writer, GradeRecord grade)
    {
        writer.WriteStartObject("summary");
        writer.WriteNumber("tests", grade.Checks.Count);
        writer.WriteNumber("passed", grade.Checks.Count(check => check.Outcome == CheckOutcome.Passed));
        writer.WriteNumber("failed", grade.Checks.Count(check => check.Outcome == CheckOutcome.Failed));
        writer.WriteNumber("skipped", grade.Checks.Count(check => check.Outcome == CheckOutcome.NotRun));
        foreach (var nothing in new[] { "pending", "other", "start", "stop" })
            writer.WriteNumber(nothing, 0);
        writer.WriteEndObject();
    }

    private static void WriteTest(Utf8JsonWriter writer, GradeRecord grade, CheckRecord check)
    {
        var (score, max) = ReportText.Points(grade, check);
        writer.WriteStartObject();
        writer.WriteString("name", ReportText.Plain(check.Sentence));
        writer.WriteString("status", check.Outcome switch { CheckOutcome.Passed => "passed", CheckOutcome.Failed => "failed", _ => "skipped" });
        writer.WriteNumber("duration", 0);
        writer.WriteStartArray("suite");
        writer.WriteStringValue(grade.Exercise.Id);
        writer.WriteStringValue($"{check.Stage}. {check.StageTitle}");
        writer.WriteEndArray();
        if (check.Outcome != CheckOutcome.Passed)
            writer.WriteString("message", ReportText.Plain(ReportText.Reason(check)));
        writer.WriteStartArray("tags");
        writer.WriteStringValue(check.Criterion);
        writer.WriteEndArray();
        writer.WriteStartObject("extra");
        writer.WriteNumber("points", score);
        writer.WriteNumber("max", max);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
