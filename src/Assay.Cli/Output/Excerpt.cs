using System.Globalization;
using System.Text;
using Assay.Cli.Scanning;

namespace Assay.Cli.Output;

/// <summary>Shows the lines of a place with their numbers, and carets under what is meant.</summary>
internal static class Excerpt
{
    private const int MostLines = 4;
    private const int TabWidth = 4;
    private const int ContextBeforeLongSpan = 30;

    /// <param name="place">What to show.</param>
    /// <param name="width">The columns there are for the text of a line.</param>
    /// <param name="paint">The colours.</param>
    public static IEnumerable<string> Of(Place place, int width, Paint paint)
    {
        var last = Math.Min(place.End.Line, place.Start.Line + MostLines - 1);
        var gutter = (last + 1).ToString(CultureInfo.InvariantCulture).Length;
        for (var line = place.Start.Line; line <= last; line++)
        {
            var text = place.Text.Lines[line].ToString();
            var start = line == place.Start.Line ? place.Start.Character : text.Length - text.TrimStart().Length;
            var end = line == place.End.Line ? place.End.Character : text.TrimEnd().Length;
            var (code, carets) = Draw(text, start, Math.Max(start, end), width);
            var number = (line + 1).ToString(CultureInfo.InvariantCulture).PadLeft(gutter);
            yield return $"  {paint.Dim($"{number} |")} {code}";
            // A line inside a long span may be blank; there is nothing to point at.
            if (carets.Trim().Length > 0)
                yield return $"  {paint.Dim($"{new string(' ', gutter)} |")} {paint.Accent(carets)}";
        }
        if (last < place.End.Line)
            yield return $"  {paint.Dim($"{new string(' ', gutter)} | … {Counted.Of(place.End.Line - last, "more line")}")}";
    }

    // Tabs become blanks and what would move a terminal's cursor becomes a mark, so that carets stand where they belong.
    private static (string Code, string Carets) Draw(string text, int start, int end, int width)
    {
        var code = new StringBuilder();
        var carets = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var shown = text[i] switch
            {
                '\t' => new string(' ', TabWidth - (code.Length % TabWidth)),
                var c when char.IsControl(c) => "\uFFFD",
                var c => c.ToString(),
            };
            code.Append(shown);
            carets.Append(i >= start && i < Math.Max(end, start + 1) ? '^' : ' ', shown.Length);
        }
        if (start >= text.Length)
            carets.Append('^');
        return Clip(code.ToString().TrimEnd(), carets.ToString().TrimEnd(), width);
    }

    private static (string, string) Clip(string code, string carets, int width)
    {
        if (code.Length <= width)
            return (code, carets);
        var first = carets.IndexOf('^', StringComparison.Ordinal);
        var from = first < width - ContextBeforeLongSpan ? 0 : first - ContextBeforeLongSpan;
        return (Cut(code, from, width), Cut(carets, from, width).Replace('…', ' ').TrimEnd());
    }

    private static string Cut(string text, int from, int width)
    {
        if (from >= text.Length)
            return "";
        var kept = text.Substring(from, Math.Min(width, text.Length - from));
        return (from > 0 ? "…" + kept[1..] : kept) + (from + width < text.Length ? "…" : "");
    }
}
