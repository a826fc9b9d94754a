using System.Globalization;
using System.Text;
using static Assay.Grading.Report.ReportText;

namespace Assay.Grading.Report;

/// <summary>A schedule, drawn: a column for each thread, a row for each step, with the line of the candidate's code, what is read or written, and the locks held.</summary>
internal static class HtmlRace
{
    /// <summary>More steps than this nobody reads.</summary>
    private const int MostSteps = 120;

    /// <summary>The drawing.</summary>
    public static string Of(RaceRecord race)
    {
        var shown = race.Steps.Take(MostSteps).ToArray();
        var lanes = shown.Select(step => step.Name).Distinct().Order(StringComparer.Ordinal).ToArray();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<figure class=\"race\"><p class=\"program\">{Markup(race.Program)}</p><div class=\"scroll\" tabindex=\"0\"><table class=\"steps\">\n<thead><tr><th>line</th>");
        foreach (var lane in lanes)
            text.Append(CultureInfo.InvariantCulture, $"<th>{Markup(lane)}</th>");
        text.Append("<th>locks held</th></tr></thead>\n<tbody>\n");
        foreach (var step in shown)
            AppendStep(text, step, lanes);
        text.Append(CultureInfo.InvariantCulture, $"</tbody></table></div><figcaption>One thread at a time, from top to bottom. Found with schedule {race.Schedules} of this program; it is run again by <code>assay replay</code>.");
        if (shown.Length < race.Steps.Count)
            text.Append(CultureInfo.InvariantCulture, $" {race.Steps.Count - shown.Length} more steps are left out.");
        return text.Append("</figcaption></figure>").ToString();
    }

    private static void AppendStep(StringBuilder text, RaceStepRecord step, string[] lanes)
    {
        var place = step.Line == 0 ? "" : $"<a href=\"#{SourceMarkup.Anchor(step.Path, step.Line)}\">{Markup(Path.GetFileName(step.Path))}:{step.Line.ToString(CultureInfo.InvariantCulture)}</a>";
        text.Append(CultureInfo.InvariantCulture, $"<tr><td>{place}</td>");
        foreach (var lane in lanes)
            text.Append(CultureInfo.InvariantCulture, $"<td>{(lane == step.Name ? Markup(Told(step)) : "")}</td>");
        text.Append(CultureInfo.InvariantCulture, $"<td>{Markup(step.Holds)}</td></tr>\n");
    }

    private static string Told(RaceStepRecord step)
    {
        var of = step.Object.Length == 0 ? "" : $" of {step.Object}";
        return $"{(step.Waits ? "waits: " : "")}{step.Does}{of}{(step.Value.Length == 0 ? "" : $" = {step.Value}")}";
    }
}
