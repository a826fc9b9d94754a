using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Every token on a line of its own.</summary>
internal sealed class Spread : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) =>
        root.ReplaceTokens(
            root.DescendantTokens().Where(token => !token.IsMissing && !token.Span.IsEmpty && !IsInInterpolation(token)),
            (_, token) => token.WithTrailingTrivia(token.TrailingTrivia.Add(SyntaxFactory.LineFeed)));

    private static bool IsInInterpolation(SyntaxToken token) =>
        token.Parent is InterpolatedStringExpressionSyntax or InterpolationSyntax or InterpolationFormatClauseSyntax or InterpolatedStringTextSyntax || token.Parent?.FirstAncestorOrSelf<InterpolationSyntax>() is not null;
}
