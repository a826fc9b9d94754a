using System.Globalization;
using System.Text;

namespace Assay.Grading.Batch;

/// <summary>How the scores are spread, drawn as ten bars.</summary>
internal static class Distribution
{
    private const int Bars = 10;
    private const int Step = 38;
    private const int Width = 26;
    private const int Left = 12;
    private const int Floor = 128;
    private const int Highest = 104;

    /// <summary>How many submissions have 0 to 10 %, 10 to 20 %, … of the points; full marks stand in the last bar.</summary>
    public static int[] Counts(IReadOnlyList<GradeRecord> grades)
    {
        var counts = new int[Bars];
        foreach (var grade in grades)
        {
            if (grade.Score is { } score && grade.Max > 0)
                counts[Math.Clamp((int)(Bars * score / grade.Max), 0, Bars - 1)]++;
        }

        return counts;
    }

    /// <summary>The section with the drawing.</summary>
    public static string Section(IReadOnlyList<GradeRecord> grades)
    {
        var counts = Counts(grades);
        var most = Math.Max(1, counts.Max());
        var text = new StringBuilder();
        var told = string.Join(", ", counts.Select((count, i) => $"{Range(i)} %: {count}"));
        text.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>Distribution</h2>\n<svg class=\"plot\" viewBox=\"0 0 400 160\" role=\"img\" aria-label=\"Submissions by share of the points. {told}\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" y1=\"{Floor}\" x2=\"{Left + Bars * Step - 4}\" y2=\"{Floor}\"/>\n");
        for (var i = 0; i < Bars; i++)
        {
            var height = Highest * counts[i] / most;
            var x = Left + i * Step + (Step - Width) / 2 - 2;
            text.Append(CultureInfo.InvariantCulture, $"<g><title>{Range(i)} %: {counts[i]}</title><rect x=\"{x}\" y=\"{Floor - height}\" width=\"{Width}\" height=\"{height}\" rx=\"2\"/>");
            if (counts[i] > 0)
                text.Append(CultureInfo.InvariantCulture, $"<text class=\"count\" x=\"{x + Width / 2}\" y=\"{Floor - height - 5}\">{counts[i]}</text>");
            text.Append("</g>\n");
        }

        for (var i = 0; i <= Bars; i += 2)
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 2 + i * Step}\" y=\"{Floor + 16}\">{i * 100 / Bars}</text>\n");
        return text.Append("<text class=\"axis\" x=\"200\" y=\"158\">share of the points in %</text>\n</svg>\n</section>\n").ToString();
    }

    private static string Range(int bar) => string.Create(CultureInfo.InvariantCulture, $"{bar * 100 / Bars}–{(bar + 1) * 100 / Bars}");
}
