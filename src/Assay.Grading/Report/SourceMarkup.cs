using System.Globalization;
using System.Text;
using Assay.Grading.Intake;
using Assay.Grading.Vet;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Grading.Report;

/// <summary>A candidate's file as HTML: numbered lines, colours by kind of token, findings underlined and told below their lines.</summary>
internal static class SourceMarkup
{
    /// <summary>The file, with what was found in it.</summary>
    public static string Of(FileRecord file, IReadOnlyList<FindingRecord> findings)
    {
        var own = findings.Where(finding => finding.Path == file.Path).ToArray();
        var text = new StringBuilder("<div class=\"rows\">\n");
        var lines = Coloured(file, own).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var here = own.Where(finding => finding.Line == i + 1).ToArray();
            text.Append(CultureInfo.InvariantCulture, $"<div class=\"line{(here.Length > 0 ? " hit" : "")}\" id=\"{Anchor(file.Path, i + 1)}\"><span class=\"no\">{i + 1}</span><code>{lines[i]}</code></div>\n");
            foreach (var finding in here)
                AppendNote(text, finding);
        }

        return text.Append("</div>\n").ToString();
    }

    /// <summary>The name by which a line is linked to.</summary>
    public static string Anchor(string path, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Concat(path.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-'))}-{line}");

    private static void AppendNote(StringBuilder text, FindingRecord finding)
    {
        text.Append(CultureInfo.InvariantCulture, $"<div class=\"note {(finding.Severity == "warning" ? "warning" : "suggestion")}\"><b>{ReportText.Markup(finding.Rule)}</b> {ReportText.Markup(finding.Message)}");
        foreach (var place in finding.Related)
            text.Append(CultureInfo.InvariantCulture, $" <a href=\"#{Anchor(place.Path, place.Line)}\">see line {place.Line}</a>");
        if (finding.Suppressed)
            text.Append(" <em>Suppressing it does not count here.</em>");
        text.Append("</div>\n");
    }

    private static string Coloured(FileRecord file, FindingRecord[] findings)
    {
        if (Tokens(file) is not { } tokens)
            return ReportText.Markup(file.Text);
        var text = new StringBuilder();
        var lines = SourceText.From(file.Text).Lines;
        var spans = findings.Select(finding => SpanOf(finding, lines)).ToArray();
        foreach (var token in tokens)
        {
            foreach (var trivia in token.LeadingTrivia)
                Append(text, trivia);
            var isFound = !token.Span.IsEmpty && spans.Any(span => span.OverlapsWith(token.Span));
            Append(text, token.Text, $"{Kind(token)}{(isFound ? " f" : "")}".Trim());
            foreach (var trivia in token.TrailingTrivia)
                Append(text, trivia);
        }

        return text.ToString();
    }

    /// <summary>With their places in the tree, which say what a name is; without, where the source is one that only a lexer may read; null, where no lexer may.</summary>
    private static IEnumerable<SyntaxToken>? Tokens(FileRecord file) =>
        SourceVetting.Refusal(new Submission("", [file])) is null ? CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantTokens()
        : SourceVetting.IsLexedAnywhere(file) ? SyntaxFactory.ParseTokens(file.Text)
        : null;

    /// <summary>A record may come from elsewhere: a place outside the file is no place.</summary>
    private static TextSpan SpanOf(FindingRecord finding, TextLineCollection lines)
    {
        if (finding.Line < 1 || finding.EndLine > lines.Count || finding.EndLine < finding.Line)
            return default;
        var start = lines[finding.Line - 1].Start + finding.Column - 1;
        // A whole method underlined says no more than its first line does.
        var end = finding.EndLine == finding.Line ? lines[finding.EndLine - 1].Start + finding.EndColumn - 1 : lines[finding.Line - 1].End;
        return end > start && start >= 0 ? TextSpan.FromBounds(start, end) : default;
    }

    private static void Append(StringBuilder text, SyntaxTrivia trivia) =>
        Append(text, trivia.ToFullString(), trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia) ? "" : trivia.IsDirective ? "d" : "c");

    /// <summary>A span never runs over a line's end, so that each line stands alone.</summary>
    private static void Append(StringBuilder text, string part, string kind)
    {
        var isFirst = true;
        foreach (var line in part.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!isFirst)
                text.Append('\n');
            isFirst = false;
            if (line.Length > 0)
                text.Append(kind.Length == 0 ? ReportText.Markup(line) : $"<span class=\"{kind}\">{ReportText.Markup(line)}</span>");
        }
    }

    private static string Kind(SyntaxToken token)
    {
        if (token.IsKeyword() || SyntaxFacts.IsContextualKeyword(token.Kind()))
            return "k";
        return token.Kind() switch
        {
            SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringToken or SyntaxKind.SingleLineRawStringLiteralToken or
                SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringStartToken or
                SyntaxKind.InterpolatedStringEndToken => "s",
            SyntaxKind.NumericLiteralToken => "n",
            SyntaxKind.IdentifierToken => OfName(token),
            _ => "",
        };
    }

    private static string OfName(SyntaxToken token) => token.Parent switch
    {
        BaseTypeDeclarationSyntax or ConstructorDeclarationSyntax or TypeParameterSyntax => "t",
        IdentifierNameSyntax { Identifier.Text: "var" } => "k",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "m",
        SimpleNameSyntax { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access } name when access.Name == name && call.Expression == access => "m",
        SimpleNameSyntax { Parent: InvocationExpressionSyntax } => "m",
        GenericNameSyntax => "t",
        IdentifierNameSyntax { Parent: { } parent } name when IsType(name, parent) => "t",
        _ => "",
    };

    private static bool IsType(IdentifierNameSyntax name, SyntaxNode parent) => parent switch
    {
        NullableTypeSyntax or ArrayTypeSyntax or TypeArgumentListSyntax or BaseTypeSyntax or TypeOfExpressionSyntax or TupleElementSyntax or AttributeSyntax or ObjectCreationExpressionSyntax => true,
        VariableDeclarationSyntax declaration => declaration.Type == name,
        ParameterSyntax parameter => parameter.Type == name,
        MethodDeclarationSyntax method => method.ReturnType == name,
        LocalFunctionStatementSyntax function => function.ReturnType == name,
        BasePropertyDeclarationSyntax property => property.Type == name,
        ForEachStatementSyntax loop => loop.Type == name,
        CatchDeclarationSyntax caught => caught.Type == name,
        DeclarationPatternSyntax pattern => pattern.Type == name,
        CastExpressionSyntax cast => cast.Type == name,
        _ => false,
    };
}
