using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Assay.TestKit;

/// <summary>
/// Source text with marks, in the notation of Microsoft.CodeAnalysis.Testing: <c>[|…|]</c> is a finding of the rule under
/// test, <c>{|ID:…|}</c> one of a named rule, <c>{|#0:…|}</c> an additional location, numbered in the order of the findings
/// and, within one finding, of its additional locations.
/// </summary>
public sealed record Markup(string Text, IReadOnlyList<Mark> Marks)
{
    /// <summary>Strips the marks from <paramref name="source"/>; <paramref name="defaultId"/> is the rule that <c>[|…|]</c> stands for.</summary>
    public static Markup Parse(string source, string defaultId)
    {
        var text = new StringBuilder(source.Length);
        var marks = new List<Mark>();
        var open = new Stack<(string Label, int Start)>();
        for (var i = 0; i < source.Length;)
        {
            if (At(source, i, "[|") && !At(source, i, "[|]"))
            {
                open.Push((defaultId, text.Length));
                i += 2;
            }
            else if (At(source, i, "{|") && source.IndexOf(':', i) is > 0 and var colon && IsLabel(source.AsSpan(i + 2, colon - i - 2)))
            {
                open.Push((source[(i + 2)..colon], text.Length));
                i = colon + 1;
            }
            else if (open.Count > 0 && (At(source, i, "|]") || At(source, i, "|}")))
            {
                var (label, start) = open.Pop();
                marks.Add(new Mark(label, TextSpan.FromBounds(start, text.Length)));
                i += 2;
            }
            else
            {
                text.Append(source[i++]);
            }
        }
        if (open.Count > 0)
            throw new TestFailure($"The mark '{open.Peek().Label}' is not closed in:\n{source}");
        return new Markup(text.ToString(), marks);
    }

    /// <summary>The text with its marks written back, in one canonical order, so that two markups compare as texts.</summary>
    public string Render(string defaultId)
    {
        var opens = Marks.OrderBy(m => m.Span.Start).ThenByDescending(m => m.Span.End).ThenBy(m => m.Label, StringComparer.Ordinal).ToList();
        var closes = opens.AsEnumerable().Reverse().OrderBy(m => m.Span.End).ThenByDescending(m => m.Span.Start).ToList();
        var result = new StringBuilder();
        for (var i = 0; i <= Text.Length; i++)
        {
            foreach (var mark in closes.Where(m => m.Span.End == i && !m.Span.IsEmpty))
                result.Append(mark.Label == defaultId ? "|]" : "|}");
            foreach (var mark in opens.Where(m => m.Span.Start == i))
            {
                result.Append(mark.Label == defaultId ? "[|" : $"{{|{mark.Label}:");
                if (mark.Span.IsEmpty)
                    result.Append(mark.Label == defaultId ? "|]" : "|}");
            }
            if (i < Text.Length)
                result.Append(Text[i]);
        }
        return result.ToString();
    }

    private static bool At(string source, int index, string token) =>
        string.CompareOrdinal(source, index, token, 0, token.Length) == 0;

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty)
            return false;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '#')
                return false;
        }
        return true;
    }
}

/// <summary>A marked span: the ID of a rule, or <c>#n</c> for an additional location.</summary>
public sealed record Mark(string Label, TextSpan Span)
{
    public bool IsAdditional => Label.StartsWith('#');
}
