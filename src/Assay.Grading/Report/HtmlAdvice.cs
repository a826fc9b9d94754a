using System.Globalization;
using System.Text;
using static Assay.Grading.Report.ReportText;

namespace Assay.Grading.Report;

/// <summary>What to do better, the costliest first: one item for each cure, however many checks or lines it would mend.</summary>
internal static class HtmlAdvice
{
    /// <summary>The section; empty when nothing was lost or nothing can be advised.</summary>
    public static string Section(GradeRecord grade)
    {
        var items = OfChecks(grade).Concat(OfFindings(grade)).OrderByDescending(item => item.Points).ToArray();
        if (items.Length == 0)
            return "";
        var text = new StringBuilder("<section id=\"better\">\n<h2>What to do better</h2>\n<ol class=\"advice\">\n");
        foreach (var item in items)
        {
            var cost = item.Points > 0 ? $"<b class=\"cost\">−{Number(item.Points)}</b>" : "<b class=\"cost free\">note</b>";
            text.Append(CultureInfo.InvariantCulture, $"<li>{cost}<div>{item.Markup}</div></li>\n");
        }

        return text.Append("</ol>\n</section>\n").ToString();
    }

    private static IEnumerable<(decimal Points, string Markup)> OfChecks(GradeRecord grade) =>
        from check in grade.Checks
        where check.Outcome == CheckOutcome.Failed
        group check by check.Cause?.Help is { Length: > 0 } help ? help : Unadvised(grade, check) into cure
        let waiting = grade.Checks.Where(other => cure.Any(check => other.Cause is { Verdict: "SKIPPED" } cause && cause.What.EndsWith(check.Sentence, StringComparison.Ordinal))).ToArray()
        select (
            Lost(grade, deduction => cure.Concat(waiting).Any(check => check.Id == deduction.Check)),
            $"<p>{Markup(cure.Key)}</p><p class=\"soft\">{string.Join("; ", cure.Select(Linked))}{Waiting(waiting.Length)}</p>");

    private static string Waiting(int count) => count switch { 0 => "", 1 => " (1 check waits for it)", _ => $" ({count} checks wait for it)" };

    /// <summary>A check without advice of its own: what the analyzers found in its category is the place to begin.</summary>
    private static string Unadvised(GradeRecord grade, CheckRecord check) =>
        grade.Findings.FirstOrDefault(finding => finding.Category == check.Criterion) is { } finding
            ? $"Stage {check.Stage}, {check.StageTitle}: begin with {finding.Path}:{finding.Line}, {finding.Title}"
            : $"Stage {check.Stage}, {check.StageTitle}: make it true that";

    private static IEnumerable<(decimal Points, string Markup)> OfFindings(GradeRecord grade) =>
        from finding in grade.Findings.Select((finding, index) => (finding, index))
        group finding by finding.finding.Rule into rule
        let first = rule.First().finding
        select (Lost(grade, deduction => rule.Any(one => one.index == deduction.Finding)),
            $"<p>{Markup(first.Title)}: {Markup(first.Message)}</p><p class=\"soft\">{Markup(rule.Key)} at {string.Join(", ", rule.Select(one => Place(one.finding)))}</p>");

    private static decimal Lost(GradeRecord grade, Func<DeductionRecord, bool> isMeant) =>
        grade.Criteria.SelectMany(criterion => criterion.Deductions).Where(isMeant).Sum(deduction => deduction.Points);

    private static string Linked(CheckRecord check) => $"<a href=\"#check-{Markup(check.Id)}\">{Markup(check.Sentence)}</a>";

    private static string Place(FindingRecord finding) => $"<a href=\"#{SourceMarkup.Anchor(finding.Path, finding.Line)}\">{Markup(finding.Path)}:{finding.Line.ToString(CultureInfo.InvariantCulture)}</a>";
}
