using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Spaces in the argument lists that fixes write, so that no formatter has to touch the rest of the line.</summary>
internal static class ArgumentSpacing
{
    /// <summary>The list with a space after each comma.</summary>
    public static ArgumentListSyntax WithSeparatorSpaces(this ArgumentListSyntax list) =>
        list.ReplaceTokens(list.Arguments.GetSeparators(), (_, comma) => comma.WithTrailingTrivia(SyntaxFactory.Space));
}
