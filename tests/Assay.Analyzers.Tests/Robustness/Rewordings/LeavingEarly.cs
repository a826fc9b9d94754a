using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>An if without an else at the end of a body as one that leaves before what it guarded.</summary>
internal sealed class LeavingEarly : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
        {
            var visited = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
            if (visited.Body?.Statements.LastOrDefault() is not IfStatementSyntax { Else: null } last || model.GetDeclaredSymbol(node) is not { } method || !EndsWithoutValue(method))
                return visited;
            var leaves = SyntaxFactory.ReturnStatement().WithTrailingTrivia(SyntaxFactory.LineFeed);
            var guard = SyntaxFactory.IfStatement(Not(last.Condition), leaves);
            StatementSyntax[] guarded = last.Statement is BlockSyntax block ? [.. block.Statements] : [last.Statement];
            return visited.WithBody(visited.Body.WithStatements([.. visited.Body.Statements.SkipLast(1), guard, .. guarded]));
        }

        private static bool EndsWithoutValue(IMethodSymbol method) => method.ReturnsVoid || (method.IsAsync && method.ReturnType is INamedTypeSymbol { Arity: 0 });
    }
}
