using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Classes as records.</summary>
internal sealed class AsRecords : Rewording
{
    // A record is taken for business data: one that a loop drops is the other rule's.
    public override IReadOnlyList<string> Matters => ["ASSAY3001", "ASSAY3005"];

    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
        {
            var visited = (ClassDeclarationSyntax)base.VisitClassDeclaration(node)!;
            if (node.Modifiers.Any(SyntaxKind.StaticKeyword) || node.ParameterList is not null || model.GetDeclaredSymbol(node) is not { BaseType.SpecialType: SpecialType.System_Object })
                return visited;
            return SyntaxFactory.RecordDeclaration(
                SyntaxKind.RecordDeclaration, visited.AttributeLists, visited.Modifiers, SyntaxFactory.Token(SyntaxKind.RecordKeyword).WithTriviaFrom(visited.Keyword), default, visited.Identifier, visited.TypeParameterList, null,
                visited.BaseList, visited.ConstraintClauses, visited.OpenBraceToken, visited.Members, visited.CloseBraceToken, visited.SemicolonToken);
        }
    }
}
