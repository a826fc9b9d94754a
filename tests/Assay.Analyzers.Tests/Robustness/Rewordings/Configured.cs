using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Every awaited task with ConfigureAwait(false).</summary>
internal sealed class Configured : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitAwaitExpression(AwaitExpressionSyntax node)
        {
            var visited = (AwaitExpressionSyntax)base.VisitAwaitExpression(node)!;
            if (model.GetTypeInfo(node.Expression).Type is not { Name: "Task" or "ValueTask" })
                return visited;
            var task = visited.Expression is InvocationExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax
                ? visited.Expression.WithoutTrivia()
                : SyntaxFactory.ParenthesizedExpression(visited.Expression.WithoutTrivia());
            var configured = SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, task, SyntaxFactory.IdentifierName("ConfigureAwait")),
                SyntaxFactory.ArgumentList([SyntaxFactory.Argument(SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression))]));
            return visited.WithExpression(configured.WithTriviaFrom(visited.Expression));
        }
    }
}
