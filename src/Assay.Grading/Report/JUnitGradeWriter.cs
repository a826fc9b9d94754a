using System.Globalization;
using System.Text;

namespace Assay.Grading.Report;

/// <summary>JUnit's XML: a suite a stage, a case a check. What did not run is skipped with its reason, a crash or a limit is an error.</summary>
public sealed class JUnitGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "junit";

    /// <inheritdoc />
    public override string Ending => ".junit.xml";

    /// <inheritdoc />
    public override string Write(GradeRecord grade)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        text.Append(CultureInfo.InvariantCulture, $"<testsuites name=\"{Escaped(grade.Exercise.Id)}\" {Counts(grade.Checks)}>\n");
        foreach (var stage in grade.Checks.GroupBy(check => (check.Stage, check.StageTitle)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  <testsuite name=\"{stage.Key.Stage}. {Escaped(stage.Key.StageTitle)}\" {Counts([.. stage])} time=\"0\">\n");
            foreach (var check in stage)
                AppendCase(text, grade, check);
            text.Append("  </testsuite>\n");
        }

        return text.Append("</testsuites>\n").ToString();
    }

    private static void AppendCase(StringBuilder text, GradeRecord grade, CheckRecord check)
    {
        text.Append(CultureInfo.InvariantCulture, $"    <testcase classname=\"{Escaped(grade.Exercise.Id)}.stage{check.Stage}\" name=\"{Escaped(check.Sentence)}\" time=\"0\"");
        if (check.Outcome == CheckOutcome.Passed)
        {
            text.Append("/>\n");
            return;
        }

        var element = check.Outcome == CheckOutcome.NotRun ? "skipped" : check.Cause?.Verdict is "WA" ? "failure" : "error";
        var type = element == "skipped" ? "" : $" type=\"{Escaped(check.Cause?.Verdict ?? "")}\"";
        text.Append(CultureInfo.InvariantCulture, $">\n      <{element} message=\"{Escaped(ReportText.Reason(check))}\"{type}>{Escaped(check.Cause?.Timeline ?? "")}</{element}>\n    </testcase>\n");
    }

    private static string Counts(IReadOnlyList<CheckRecord> checks)
    {
        var skipped = checks.Count(check => check.Outcome == CheckOutcome.NotRun);
        var failures = checks.Count(check => check is { Outcome: CheckOutcome.Failed, Cause.Verdict: "WA" });
        var errors = checks.Count(check => check.Outcome == CheckOutcome.Failed) - failures;
        return string.Create(CultureInfo.InvariantCulture, $"tests=\"{checks.Count}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"");
    }

    private static string Escaped(string text) => ReportText.Markup(text);
}
