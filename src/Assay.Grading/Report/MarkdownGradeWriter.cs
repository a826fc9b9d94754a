using System.Globalization;
using System.Text;

namespace Assay.Grading.Report;

/// <summary>Markdown, as pull requests and job summaries show it.</summary>
public sealed class MarkdownGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "md";

    /// <inheritdoc />
    public override string Ending => ".md";

    /// <inheritdoc />
    public override string Write(GradeRecord grade)
    {
        var text = new StringBuilder();
        var score = grade.Score is { } points ? $"{ReportText.Number(points)} of {ReportText.Number(grade.Max)}" : "not graded";
        text.Append(CultureInfo.InvariantCulture, $"# {Quoted(grade.Exercise.Title)}: {score}\n\n{Quoted(grade.Submission.Name)}, isolation {grade.Isolation.Level}, seed {grade.Seed}\n");
        foreach (var remark in grade.Remarks)
            text.Append(CultureInfo.InvariantCulture, $"\n> {Quoted(remark)}\n");
        text.Append("\n| criterion | points | of |\n|---|---:|---:|\n");
        foreach (var criterion in grade.Criteria)
            text.Append(CultureInfo.InvariantCulture, $"| {Quoted(criterion.Name)} | {ReportText.Number(criterion.Score)} | {ReportText.Number(criterion.Max)} |\n");
        AppendDeductions(text, grade);
        foreach (var stage in grade.Checks.GroupBy(check => (check.Stage, check.StageTitle)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Stage {stage.Key.Stage}: {Quoted(stage.Key.StageTitle)}\n\n");
            foreach (var check in stage)
                AppendCheck(text, check);
        }

        return text.ToString();
    }

    private static void AppendDeductions(StringBuilder text, GradeRecord grade)
    {
        var deductions = grade.Criteria.SelectMany(criterion => criterion.Deductions).ToArray();
        if (deductions.Length == 0)
            return;
        text.Append("\n## Points lost\n\n");
        foreach (var deduction in deductions)
            text.Append(CultureInfo.InvariantCulture, $"- **-{ReportText.Number(deduction.Points)}** {Quoted(deduction.Reason)}\n");
    }

    private static void AppendCheck(StringBuilder text, CheckRecord check)
    {
        var mark = check.Outcome switch { CheckOutcome.Passed => "passed", CheckOutcome.Failed => "**failed**", _ => "not run" };
        text.Append(CultureInfo.InvariantCulture, $"- {mark}: {Quoted(check.Sentence)}\n");
        if (check.Outcome == CheckOutcome.Failed && check.Cause is { } cause)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {Quoted(ReportText.Reason(check))}\n");
            if (cause.Help is { Length: > 0 } help)
                text.Append(CultureInfo.InvariantCulture, $"  - {Quoted(help)}\n");
            if (cause.Timeline is { } timeline)
                text.Append(CultureInfo.InvariantCulture, $"\n    ```text\n    {ReportText.Plain(timeline).Replace("`", "'", StringComparison.Ordinal).Replace("\n", "\n    ", StringComparison.Ordinal)}\n    ```\n");
        }
    }

    /// <summary>Text as text: nothing in it is markup, neither Markdown's nor HTML's.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder();
        foreach (var character in ReportText.Plain(text).Replace('\n', ' '))
            quoted.Append("\\`*_{}[]<>()#+!|~&".Contains(character, StringComparison.Ordinal) ? $"\\{character}" : character);
        return quoted.ToString();
    }
}
