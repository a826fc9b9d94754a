using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>How the type of a dictionary member uses it elsewhere; read from the text, for other parts have no model at hand.</summary>
internal static class MemberUses
{
    /// <summary>
    /// Whether several threads may take from the collection: a function other than the one around <paramref name="place"/>
    /// takes too, clean-up apart, or that function also adds, as each of its concurrent callers then does both.
    /// </summary>
    public static bool HasSeveralTakers(IOperation path, SyntaxNode place)
    {
        // Of a collection that came from elsewhere not all uses are seen.
        if (path is not IMemberReferenceOperation { Member: { ContainingType: { } type } member })
            return true;
        var here = place.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax().DescendantNodes())
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != member.Name || CalledOn(name) is not { } call)
                    continue;
                var around = name.FirstAncestorOrSelf<MemberDeclarationSyntax>();
                if (around == here ? call is "Enqueue" or "Push" or "Add" : call is "TryDequeue" or "TryPop" or "TryTake" or "Clear" && !IsCleanUp(around))
                    return true;
            }
        }
        return false;
    }

    private static string? CalledOn(IdentifierNameSyntax name)
    {
        SyntaxNode owner = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return owner.Parent is MemberAccessExpressionSyntax called && called.Expression == owner ? called.Name.Identifier.ValueText : null;
    }

    private static bool IsCleanUp(MemberDeclarationSyntax? member) =>
        member is DestructorDeclarationSyntax || member is MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" or "DisposeAsyncCore" or "Close" };
}
