using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Every name behind an @, and its first letter as an escape.</summary>
internal sealed class Verbatim : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) =>
        root.ReplaceTokens(
            root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && !token.IsMissing && !IsWord(token)),
            (_, token) => SyntaxFactory.Identifier(token.LeadingTrivia, SyntaxKind.IdentifierToken, $"@\\u{(int)token.ValueText[0]:X4}{token.ValueText[1..]}", token.ValueText, token.TrailingTrivia));

    // var, dynamic, nameof and others are words of the language only when written as they are.
    private static bool IsWord(SyntaxToken token) =>
        SyntaxFacts.GetContextualKeywordKind(token.ValueText) != SyntaxKind.None || token.ValueText is "var" or "dynamic" or "nameof" or "_" or "unmanaged" or "notnull" or "nint" or "nuint"
        || token.Parent is AttributeTargetSpecifierSyntax or SubpatternSyntax;
}
