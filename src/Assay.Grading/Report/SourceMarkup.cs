using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Grading.Report;

/// <summary>A candidate's file as HTML: numbered lines, colours by kind of token, findings below their lines.</summary>
internal static class SourceMarkup
{
    /// <summary>The file, with what was found in it.</summary>
    public static string Of(FileRecord file, IReadOnlyList<FindingRecord> findings)
    {
        var text = new StringBuilder();
        var lines = Coloured(file.Text).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var here = findings.Where(finding => finding.Path == file.Path && finding.Line == i + 1).ToArray();
            text.Append(CultureInfo.InvariantCulture, $"<div class=\"line{(here.Length > 0 ? " hit" : "")}\" id=\"{Anchor(file.Path, i + 1)}\"><span class=\"no\">{i + 1}</span><code>{lines[i]}</code></div>\n");
            foreach (var finding in here)
                AppendNote(text, finding);
        }

        return text.ToString();
    }

    /// <summary>The name by which a line is linked to.</summary>
    public static string Anchor(string path, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Concat(path.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-'))}-{line}");

    private static void AppendNote(StringBuilder text, FindingRecord finding)
    {
        text.Append(CultureInfo.InvariantCulture, $"<div class=\"note {(finding.Severity == "warning" ? "warning" : "suggestion")}\"><b>{ReportText.Markup(finding.Rule)}</b> {ReportText.Markup(finding.Message)}");
        foreach (var place in finding.Related)
            text.Append(CultureInfo.InvariantCulture, $" <a href=\"#{Anchor(place.Path, place.Line)}\">see line {place.Line}</a>");
        text.Append("</div>\n");
    }

    private static string Coloured(string source)
    {
        var text = new StringBuilder();
        foreach (var token in SyntaxFactory.ParseTokens(source))
        {
            foreach (var trivia in token.LeadingTrivia)
                Append(text, trivia);
            Append(text, token.Text, Kind(token));
            foreach (var trivia in token.TrailingTrivia)
                Append(text, trivia);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, SyntaxTrivia trivia) =>
        Append(text, trivia.ToFullString(), trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia) ? null : trivia.IsDirective ? "d" : "c");

    /// <summary>A span never runs over a line's end, so that each line stands alone.</summary>
    private static void Append(StringBuilder text, string part, string? kind)
    {
        var isFirst = true;
        foreach (var line in part.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!isFirst)
                text.Append('\n');
            isFirst = false;
            if (line.Length > 0)
                text.Append(kind is null ? ReportText.Markup(line) : $"<span class=\"{kind}\">{ReportText.Markup(line)}</span>");
        }
    }

    private static string? Kind(SyntaxToken token)
    {
        if (token.IsKeyword() || SyntaxFacts.IsContextualKeyword(token.Kind()))
            return "k";
        return token.Kind() switch
        {
            SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringToken or SyntaxKind.SingleLineRawStringLiteralToken or
                SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringTextToken => "s",
            SyntaxKind.NumericLiteralToken => "n",
            _ => null,
        };
    }
}
