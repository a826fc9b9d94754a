using System.Globalization;
using System.Text;
using static Assay.Grading.Report.ReportText;

namespace Assay.Grading.Report;

/// <summary>The stages of a grade: an overview, then each check with its evidence.</summary>
internal static class HtmlStages
{
    /// <summary>One section for the overview and one a stage.</summary>
    public static string Sections(GradeRecord grade)
    {
        var stages = grade.Checks.GroupBy(check => (check.Stage, check.StageTitle)).ToArray();
        var text = new StringBuilder();
        text.Append("<section id=\"stages\">\n<h2>Stages</h2>\n<ol class=\"stages\">\n");
        foreach (var stage in stages)
        {
            var passed = stage.Count(check => check.Outcome == CheckOutcome.Passed);
            var state = passed == stage.Count() ? "whole" : "part";
            text.Append(CultureInfo.InvariantCulture, $"<li class=\"{state}\"><a href=\"#stage-{stage.Key.Stage}\">{Markup(stage.Key.StageTitle)}</a> <span>{passed} of {stage.Count()}</span></li>\n");
        }

        text.Append("</ol>\n</section>\n");
        foreach (var stage in stages)
        {
            text.Append(CultureInfo.InvariantCulture, $"<section id=\"stage-{stage.Key.Stage}\">\n<h3>Stage {stage.Key.Stage}: {Markup(stage.Key.StageTitle)}</h3>\n<ul class=\"checks\">\n");
            AppendChecks(text, grade, [.. stage]);
            text.Append("</ul>\n</section>\n");
        }

        return text.ToString();
    }

    /// <summary>A reason that all checks of a stage share is said once: a submission that does not compile is no wall of repetition.</summary>
    private static void AppendChecks(StringBuilder text, GradeRecord grade, CheckRecord[] checks)
    {
        var shared = checks.Length > 1 && checks.All(check => check.Outcome == CheckOutcome.NotRun && check.Cause?.What == checks[0].Cause?.What) ? checks[0].Cause : null;
        if (shared is not null && !grade.Remarks.Contains(shared.What))
            text.Append(CultureInfo.InvariantCulture, $"<li class=\"not-run\"><div class=\"cause\"><p>{Markup(shared.What)}</p></div></li>\n");
        foreach (var check in checks)
            AppendCheck(text, check, shared is null);
    }

    private static void AppendCheck(StringBuilder text, CheckRecord check, bool isCauseShown)
    {
        var word = check.Outcome switch { CheckOutcome.Passed => "passed", CheckOutcome.Failed => "failed", _ => "not run" };
        text.Append(CultureInfo.InvariantCulture, $"<li id=\"check-{Markup(check.Id)}\" class=\"{word.Replace(' ', '-')}\"><span class=\"word\">{word}</span><div>{Markup(check.Sentence)}");
        if (isCauseShown && check.Cause is { } cause && check.Outcome != CheckOutcome.Passed)
            AppendCause(text, cause);
        foreach (var note in check.Notes)
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{Markup(note)}</p>");
        text.Append("</div></li>\n");
    }

    private static void AppendCause(StringBuilder text, CauseRecord cause)
    {
        if (cause.Verdict == "SKIPPED")
        {
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{Markup(cause.What)}</p>");
            return;
        }

        text.Append("<div class=\"cause\">");
        text.Append(cause is { Expected: { } expected, Actual: { } actual }
            ? $"<p>{Markup(cause.What)}</p><dl><dt>expected</dt><dd>{Markup(expected)}</dd><dt>got</dt><dd class=\"got\">{Markup(actual)}</dd></dl>"
            : $"<p><code class=\"verdict\">{Markup(cause.Verdict)}</code> {Markup(cause.What)}</p>");
        if (cause.Race is { Steps.Count: > 0 } race)
            text.Append(HtmlRace.Of(race));
        else if (cause.Calls.Count > 0)
            text.Append(HtmlTimeline.Of(cause.Calls));
        else if (cause.Timeline is { } timeline)
            text.Append(CultureInfo.InvariantCulture, $"<pre class=\"timeline\" tabindex=\"0\">{Markup(timeline)}</pre>");
        if (cause.Help is { Length: > 0 } help)
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"help\">{Markup(help)}</p>");
        if (!cause.CostsPoints)
            text.Append("<p class=\"soft\">This costs no points.</p>");
        text.Append("</div>");
    }
}
