using System.Globalization;
using System.Text;
using static Assay.Grading.Report.ReportText;

namespace Assay.Grading.Report;

/// <summary>One offline page for the candidate: points by criterion with the reason for each lost one, what to do better, stages, the findings on their own source. Without a script, dark and light.</summary>
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
        AppendHead(text, grade);
        AppendCriteria(text, grade);
        text.Append(HtmlAdvice.Section(grade));
        text.Append(HtmlStages.Sections(grade));
        AppendSources(text, grade);
        AppendFoot(text, grade);
        return HtmlPage.Of($"{grade.Submission.Name}: {grade.Exercise.Title}", text.ToString());
    }

    private static void AppendHead(StringBuilder text, GradeRecord grade)
    {
        text.Append(CultureInfo.InvariantCulture, $"""
            <header class="report">
            <div>
            <p class="exercise">{Markup(grade.Exercise.Title)}</p>
            <h1>{Markup(grade.Submission.Name)}</h1>
            <ul class="facts">

            """);
        if (grade.Outcome != GradeOutcome.Graded)
            text.Append(CultureInfo.InvariantCulture, $"<li><span class=\"badge {grade.Outcome.ToString().ToLowerInvariant()}\">{Markup(Word(grade.Outcome))}</span></li>\n");
        var passed = grade.Checks.Count(check => check.Outcome == CheckOutcome.Passed);
        text.Append(CultureInfo.InvariantCulture, $"""
            <li><b>{passed}</b> of {grade.Checks.Count} checks passed</li>
            <li><b>{grade.Findings.Count}</b> {(grade.Findings.Count == 1 ? "finding" : "findings")}</li>
            </ul>
            </div>

            """);
        AppendScore(text, grade);
        foreach (var remark in grade.Remarks)
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"remark\">{Markup(remark)}</p>\n");
        text.Append("</header>\n");
    }

    private static void AppendScore(StringBuilder text, GradeRecord grade)
    {
        if (grade.Score is not { } points)
        {
            text.Append("<p class=\"score none\"><b>–</b><span>not graded</span></p>\n");
            return;
        }

        var share = grade.Max == 0 ? 0 : 100 * points / grade.Max;
        text.Append(CultureInfo.InvariantCulture, $"<p class=\"score\" style=\"--share:{Number(share)}%\"><span><b>{Number(points)}</b> of {Number(grade.Max)}</span></p>\n");
    }

    private static void AppendCriteria(StringBuilder text, GradeRecord grade)
    {
        if (grade.Criteria.Count == 0)
            return;
        text.Append("<section id=\"points\">\n<h2>Points</h2>\n");
        foreach (var criterion in grade.Criteria)
        {
            var share = criterion.Max == 0 ? 0 : 100 * criterion.Score / criterion.Max;
            text.Append(CultureInfo.InvariantCulture, $"""
                <div class="criterion">
                <span>{Markup(criterion.Name)}</span>
                <span class="bar" role="img" aria-label="{Number(share)} %"><i style="width:{Number(share)}%"></i></span>
                <span class="points"><b>{Number(criterion.Score)}</b> / {Number(criterion.Max)}</span>
                </div>

                """);
            AppendDeductions(text, grade, criterion);
        }

        text.Append("</section>\n");
    }

    /// <summary>Checks that were skipped for one reason are one line, and what the remark on top says already is none.</summary>
    private static void AppendDeductions(StringBuilder text, GradeRecord grade, CriterionRecord criterion)
    {
        var skipped = grade.Checks.Where(check => check.Cause?.Verdict == "SKIPPED").ToDictionary(check => check.Id, check => check.Cause!.What, StringComparer.Ordinal);
        var shown = criterion.Deductions.Where(deduction => !grade.Remarks.Contains(deduction.Reason)).ToLookup(deduction => deduction.Check is { } check && skipped.ContainsKey(check));
        if (shown.Count == 0)
            return;
        text.Append("<ul class=\"lost\">\n");
        foreach (var deduction in shown[false])
            text.Append(CultureInfo.InvariantCulture, $"<li><b>−{Number(deduction.Points)}</b><span>{Linked(grade, deduction)}</span></li>\n");
        foreach (var reason in shown[true].GroupBy(deduction => skipped[deduction.Check!], StringComparer.Ordinal))
        {
            var skips = reason.Count() == 1 ? "1 check that was skipped" : $"{reason.Count()} checks that were skipped";
            text.Append(CultureInfo.InvariantCulture, $"<li><b>−{Number(reason.Sum(deduction => deduction.Points))}</b><span>{skips}: {Markup(reason.Key)}</span></li>\n");
        }

        text.Append("</ul>\n");
    }

    private static string Linked(GradeRecord grade, DeductionRecord deduction)
    {
        var reason = Markup(deduction.Reason);
        if (deduction.Finding is { } index)
            return $"<a href=\"#{SourceMarkup.Anchor(grade.Findings[index].Path, grade.Findings[index].Line)}\">{reason}</a>";
        return deduction.Check is { } check ? $"<a href=\"#check-{Markup(check)}\">{reason}</a>" : reason;
    }

    private static void AppendSources(StringBuilder text, GradeRecord grade)
    {
        if (grade.Files.Count == 0)
            return;
        text.Append("<section id=\"code\">\n<h2>Your code</h2>\n");
        foreach (var file in grade.Files)
        {
            var count = grade.Findings.Count(finding => finding.Path == file.Path);
            var found = count == 0 ? "nothing found" : count == 1 ? "1 finding" : $"{count} findings";
            text.Append(CultureInfo.InvariantCulture, $"""
                <details{(count > 0 || grade.Files.Count == 1 ? " open" : "")}>
                <summary>{Markup(file.Path)} <small>{found}</small></summary>
                <div class="source" tabindex="0">
                {SourceMarkup.Of(file, grade.Findings)}</div>
                </details>

                """);
        }

        text.Append("</section>\n");
    }

    private static string Times(GradeRecord grade) => grade.Phases.Count == 0
        ? ""
        : $"<p>Took {string.Join(", ", grade.Phases.Select(phase => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(phase.WallMilliseconds)} ms to {Markup(phase.Name)}")))}.</p>\n";

    private static void AppendFoot(StringBuilder text, GradeRecord grade) => text.Append(CultureInfo.InvariantCulture, $"""
        <footer>
        <p>Isolation: {Markup(grade.Isolation.Level)} ({Markup(string.Join(", ", grade.Isolation.Mechanisms))}). Seed {grade.Seed}.
        Assay {Markup(grade.Toolchain.Assay)}, compiler {Markup(grade.Toolchain.Compiler)}, runtime {Markup(grade.Toolchain.Runtime)}.</p>
        {Times(grade)}<p>Submission <code>{Markup(Short(grade.Submission.Hash))}</code>, exercise {Markup(grade.Exercise.Id)} <code>{Markup(Short(grade.Exercise.Hash))}</code>:
        the same of both, with the same seed and versions, gives the same grade.</p>
        </footer>

        """);
}
