using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Finds names for the variables that fixes introduce.</summary>
internal static class Names
{
    /// <summary>The first of the names that no identifier in the member around <paramref name="place"/> uses; numbered when all are.</summary>
    public static string Unused(SyntaxNode place, params string[] wishes)
    {
        var member = place.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is not GlobalStatementSyntax) ?? place.SyntaxTree.GetRoot();
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in member.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken))
                used.Add(token.ValueText);
        }
        foreach (var wish in wishes)
        {
            if (!used.Contains(wish))
                return wish;
        }
        for (var number = 2; ; number++)
        {
            if (!used.Contains(wishes[0] + number))
                return wishes[0] + number;
        }
    }
}
