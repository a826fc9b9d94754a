using System.Globalization;
using System.Text;

namespace Assay.Grading.Report;

/// <summary>One offline page for the candidate: points by criterion with the reason for each lost one, stages, the findings on their own source. Readable without a script, dark and light.</summary>
public sealed class HtmlGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "html";

    /// <inheritdoc />
    public override string Ending => ".html";

    /// <inheritdoc />
    public override string Write(GradeRecord grade)
    {
        var text = new StringBuilder();
        var title = $"{grade.Submission.Name}: {grade.Exercise.Title}";
        text.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{ReportText.Markup(title)}</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <main>

            """);
        AppendHead(text, grade);
        AppendCriteria(text, grade);
        AppendStages(text, grade);
        AppendSources(text, grade);
        AppendFoot(text, grade);
        return text.Append("</main>\n</body>\n</html>\n").ToString().ReplaceLineEndings("\n");
    }

    private static void AppendHead(StringBuilder text, GradeRecord grade)
    {
        var score = grade.Score is { } points ? $"<b>{ReportText.Number(points)}</b> of {ReportText.Number(grade.Max)}" : "<b>not graded</b>";
        text.Append(CultureInfo.InvariantCulture, $"<header>\n<p class=\"exercise\">{ReportText.Markup(grade.Exercise.Title)}</p>\n<h1>{ReportText.Markup(grade.Submission.Name)}</h1>\n<p class=\"score\">{score}</p>\n");
        foreach (var remark in grade.Remarks)
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"remark\">{ReportText.Markup(remark)}</p>\n");
        text.Append("</header>\n");
    }

    private static void AppendCriteria(StringBuilder text, GradeRecord grade)
    {
        text.Append("<section>\n<h2>Points</h2>\n");
        foreach (var criterion in grade.Criteria)
        {
            var share = criterion.Max == 0 ? 0 : 100 * criterion.Score / criterion.Max;
            text.Append(CultureInfo.InvariantCulture, $"""
                <div class="criterion"><span>{ReportText.Markup(criterion.Name)}</span><span class="bar" role="img" aria-label="{ReportText.Number(share)} %"><i style="width:{ReportText.Number(share)}%"></i></span><span class="points">{ReportText.Number(criterion.Score)} / {ReportText.Number(criterion.Max)}</span></div>

                """);
            if (criterion.Deductions.Count == 0)
                continue;
            text.Append("<ul class=\"lost\">\n");
            foreach (var deduction in criterion.Deductions)
                text.Append(CultureInfo.InvariantCulture, $"<li><b>−{ReportText.Number(deduction.Points)}</b> {Linked(grade, deduction)}</li>\n");
            text.Append("</ul>\n");
        }

        text.Append("</section>\n");
    }

    private static string Linked(GradeRecord grade, DeductionRecord deduction)
    {
        var reason = ReportText.Markup(deduction.Reason);
        if (deduction.Finding is { } index)
            return $"<a href=\"#{SourceMarkup.Anchor(grade.Findings[index].Path, grade.Findings[index].Line)}\">{reason}</a>";
        return deduction.Check is { } check ? $"<a href=\"#check-{ReportText.Markup(check)}\">{reason}</a>" : reason;
    }

    private static void AppendStages(StringBuilder text, GradeRecord grade)
    {
        foreach (var stage in grade.Checks.GroupBy(check => (check.Stage, check.StageTitle)))
        {
            var passed = stage.Count(check => check.Outcome == CheckOutcome.Passed);
            text.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>Stage {stage.Key.Stage}: {ReportText.Markup(stage.Key.StageTitle)} <small>{passed} of {stage.Count()}</small></h2>\n<ul class=\"checks\">\n");
            foreach (var check in stage)
                AppendCheck(text, check);
            text.Append("</ul>\n</section>\n");
        }
    }

    private static void AppendCheck(StringBuilder text, CheckRecord check)
    {
        var word = check.Outcome switch { CheckOutcome.Passed => "passed", CheckOutcome.Failed => "failed", _ => "not run" };
        text.Append(CultureInfo.InvariantCulture, $"<li id=\"check-{ReportText.Markup(check.Id)}\" class=\"{word.Replace(' ', '-')}\"><span class=\"word\">{word}</span> {ReportText.Markup(check.Sentence)}");
        if (check.Cause is { } cause && check.Outcome != CheckOutcome.Passed)
        {
            text.Append("<div class=\"cause\">");
            text.Append(cause is { Expected: { } expected, Actual: { } actual }
                ? $"<p>{ReportText.Markup(cause.What)}</p><dl><dt>expected</dt><dd>{ReportText.Markup(expected)}</dd><dt>got</dt><dd>{ReportText.Markup(actual)}</dd></dl>"
                : $"<p><code>{ReportText.Markup(cause.Verdict)}</code> {ReportText.Markup(cause.What)}</p>");
            if (cause.Timeline is { } timeline)
                text.Append(CultureInfo.InvariantCulture, $"<pre class=\"timeline\">{ReportText.Markup(timeline)}</pre>");
            if (cause.Help is { Length: > 0 } help)
                text.Append(CultureInfo.InvariantCulture, $"<p class=\"help\">{ReportText.Markup(help)}</p>");
            text.Append("</div>");
        }

        text.Append("</li>\n");
    }

    private static void AppendSources(StringBuilder text, GradeRecord grade)
    {
        text.Append("<section>\n<h2>Your code</h2>\n");
        foreach (var file in grade.Files)
        {
            var count = grade.Findings.Count(finding => finding.Path == file.Path);
            text.Append(CultureInfo.InvariantCulture, $"<details{(count > 0 || grade.Files.Count == 1 ? " open" : "")}>\n<summary>{ReportText.Markup(file.Path)} <small>{(count == 0 ? "nothing found" : count == 1 ? "1 finding" : $"{count} findings")}</small></summary>\n<div class=\"source\">\n{SourceMarkup.Of(file, grade.Findings)}</div>\n</details>\n");
        }

        text.Append("</section>\n");
    }

    private static void AppendFoot(StringBuilder text, GradeRecord grade) => text.Append(CultureInfo.InvariantCulture, $"""
        <footer>
        <p>Isolation: {ReportText.Markup(grade.Isolation.Level)} ({ReportText.Markup(string.Join(", ", grade.Isolation.Mechanisms))}). Seed {grade.Seed}. Assay {ReportText.Markup(grade.Toolchain.Assay)}, compiler {ReportText.Markup(grade.Toolchain.Compiler)}, runtime {ReportText.Markup(grade.Toolchain.Runtime)}.</p>
        <p>Submission {ReportText.Markup(grade.Submission.Hash)}; exercise {ReportText.Markup(grade.Exercise.Id)} {ReportText.Markup(grade.Exercise.Hash)}.</p>
        </footer>

        """);
}
