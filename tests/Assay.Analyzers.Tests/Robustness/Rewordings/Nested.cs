using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Every type inside of a static class within a namespace.</summary>
internal sealed class Nested : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model)
    {
        var unit = (CompilationUnitSyntax)root;
        if (unit.Members.Any(member => member is GlobalStatementSyntax or BaseNamespaceDeclarationSyntax))
            return unit;
        var outer = SyntaxFactory.ParseCompilationUnit("namespace Acme.Store { public static partial class Modules { } }");
        var type = outer.DescendantNodes().OfType<ClassDeclarationSyntax>().Single();
        return unit.WithMembers(outer.ReplaceNode(type, type.WithMembers([.. unit.Members.Select(Internal)])).Members);
    }

    // What has no accessibility of its own is internal outside of a type and private inside.
    private static MemberDeclarationSyntax Internal(MemberDeclarationSyntax type) =>
        type.Modifiers.Any(modifier => modifier.IsKind(SyntaxKind.PublicKeyword) || modifier.IsKind(SyntaxKind.InternalKeyword) || modifier.IsKind(SyntaxKind.FileKeyword))
            ? type
            : type.WithLeadingTrivia(SyntaxFactory.Space).WithModifiers(type.Modifiers.Insert(0, SyntaxFactory.Token(SyntaxKind.InternalKeyword).WithLeadingTrivia(type.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space)));
}
