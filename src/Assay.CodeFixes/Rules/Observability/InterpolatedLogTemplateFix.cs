using System.Composition;
using System.Text;
using Assay.Analyzers.Rules.Observability;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Logging;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Observability;

/// <summary>Names a hole for every value of the text and passes the values as arguments.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InterpolatedLogTemplateFix)), Shared]
public sealed class InterpolatedLogTemplateFix() : RuleFix(InterpolatedLogTemplate.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (LogSyntax.At(site, cancellationToken) is not var (call, line) || line is not { Text: { } text, SeesAllValues: true })
            return null;
        var index = LogSyntax.IndexOf(call, text);
        if (index < 0 || HasComments(call.ArgumentList) || TextPieces.Of(text.Value) is not { } pieces)
            return null;
        if (Merge(pieces, line) is not var (template, values))
            return null;
        var written = call.ArgumentList.Arguments[index].Expression;
        if (LogSyntax.Literal(template, written) is not { } literal)
            return null;
        // An array alone would be taken for all the values.
        if (values.Count == 1 && site.Model.GetTypeInfo(values[0].Written, cancellationToken).Type is IArrayTypeSymbol { ElementType.IsReferenceType: true })
            values[0] = (values[0].Written, SyntaxFactory.CastExpression(SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.ObjectKeyword)), values[0].Passed));
        var list = LogSyntax.WithTail(call.ArgumentList, index, values.Select(v => v.Passed).Prepend(literal));
        return site.Replace("Name a hole and pass the value", call, call.WithArgumentList(list));
    }

    // The template, and the values in the order of its holes; null when the holes that are there do not fit the values that are there.
    private static (string Template, List<(ExpressionSyntax Written, ExpressionSyntax Passed)> Values)? Merge(List<TextPiece> pieces, LogLine line)
    {
        var template = new StringBuilder();
        var values = new List<(ExpressionSyntax, ExpressionSyntax)>();
        var names = new HoleNames();
        var next = 0;
        foreach (var piece in pieces)
        {
            var constant = piece.Value?.ConstantValue is { HasValue: true } known ? Convert.ToString(known.Value, System.Globalization.CultureInfo.InvariantCulture) : null;
            if (piece.Value is { } value && constant is null)
            {
                var expression = LogSyntax.Expression(value);
                template.Append('{').Append(names.For(expression)).Append(piece.Clause).Append('}');
                values.Add(((ExpressionSyntax)value.Syntax, expression));
                continue;
            }
            var text = piece.Text ?? constant ?? "";
            // Without arguments, the library prints braces as they are.
            if (line.Values.IsEmpty || piece.Value is not null)
            {
                template.Append(text.Replace("{", "{{").Replace("}", "}}"));
                continue;
            }
            template.Append(text);
            foreach (var hole in MessageTemplate.Parse(text).Holes)
            {
                names.Take(hole.Name);
                if (next == line.Values.Length || hole.Number >= 0)
                    return null;
                var passed = (ExpressionSyntax)line.Values[next++].Syntax;
                values.Add((passed, passed.WithoutTrivia()));
            }
        }
        return next == line.Values.Length ? (template.ToString(), values) : null;
    }

    private static bool HasComments(SyntaxNode list) =>
        list.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsKind(SyntaxKind.MultiLineCommentTrivia));
}
