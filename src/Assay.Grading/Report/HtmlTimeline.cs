using System.Globalization;
using System.Text;
using static Assay.Grading.Report.ReportText;

namespace Assay.Grading.Report;

/// <summary>Calls that ran together, drawn: a lane a thread, time from left to right, each call from its beginning to its end. A grid of boxes, so that the text in it can be read and copied.</summary>
internal static class HtmlTimeline
{
    /// <summary>More calls than this are no minimal history, and nobody reads them.</summary>
    private const int MostCalls = 40;

    /// <summary>The drawing.</summary>
    public static string Of(IReadOnlyList<CallRecord> calls)
    {
        var shown = calls.Take(MostCalls).ToArray();
        var lanes = shown.Select(call => call.Lane).Distinct().Order().ToArray();
        var end = shown.Max(call => Math.Max(call.Began, call.Ended ?? 0)) + 1;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<figure class=\"race\"><div class=\"lanes\" tabindex=\"0\" style=\"--columns:{end}\">\n");
        for (var row = 0; row < lanes.Length; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<b style=\"grid-row:{row + 1}\">thread {lanes[row]}</b><i style=\"grid-row:{row + 1}\"></i>\n");
            foreach (var call in shown.Where(call => call.Lane == lanes[row]).OrderBy(call => call.Began))
                AppendCall(text, call, row + 1, (call.Ended ?? end) + 2);
        }

        text.Append("</div><figcaption>Time runs from left to right; boxes above one another ran at the same time.");
        if (shown.Length < calls.Count)
            text.Append(CultureInfo.InvariantCulture, $" {calls.Count - shown.Length} more calls are left out.");
        return text.Append("</figcaption></figure>").ToString();
    }

    private static void AppendCall(StringBuilder text, CallRecord call, int row, int endColumn)
    {
        var answer = call.Answered is { } answered ? $"→ {Markup(answered)}" : "never returned";
        text.Append(CultureInfo.InvariantCulture, $"""
            <span class="call{(call.Ended is null ? " pending" : "")}" style="grid-row:{row};grid-column:{call.Began + 2}/{endColumn}">{Markup(call.Asked)} <em>{answer}</em></span>

            """);
    }
}
