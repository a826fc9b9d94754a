using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Comparisons the other way round, and with null as a pattern.</summary>
internal sealed class ComparedOtherwise : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitBinaryExpression(BinaryExpressionSyntax node)
        {
            var visited = (BinaryExpressionSyntax)base.VisitBinaryExpression(node)!;
            if (IsInTree(node))
                return visited;
            if (node.Right.IsKind(SyntaxKind.NullLiteralExpression))
                return IsNull(node, visited);
            return Turned(node.Kind()) is { } turned && IsStill(node.Left) && IsStill(node.Right)
                ? SyntaxFactory.BinaryExpression(turned.Kind, Spaced(visited.Right), SyntaxFactory.Token(turned.Token), Spaced(visited.Left)).WithTriviaFrom(node)
                : visited;
        }

        // What is still may be read in either order.
        private static bool IsStill(ExpressionSyntax expression) => expression is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax;

        private static ExpressionSyntax Spaced(ExpressionSyntax expression) => expression.WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space);

        private static ExpressionSyntax IsNull(BinaryExpressionSyntax node, BinaryExpressionSyntax visited) =>
            node.IsKind(SyntaxKind.EqualsExpression) || node.IsKind(SyntaxKind.NotEqualsExpression)
                ? SyntaxFactory.ParseExpression($"{visited.Left} is {(node.IsKind(SyntaxKind.EqualsExpression) ? "" : "not ")}null").WithTriviaFrom(node)
                : visited;

        private static (SyntaxKind Kind, SyntaxKind Token)? Turned(SyntaxKind kind) => kind switch
        {
            SyntaxKind.EqualsExpression => (kind, SyntaxKind.EqualsEqualsToken),
            SyntaxKind.NotEqualsExpression => (kind, SyntaxKind.ExclamationEqualsToken),
            SyntaxKind.LessThanExpression => (SyntaxKind.GreaterThanExpression, SyntaxKind.GreaterThanToken),
            SyntaxKind.GreaterThanExpression => (SyntaxKind.LessThanExpression, SyntaxKind.LessThanToken),
            SyntaxKind.LessThanOrEqualExpression => (SyntaxKind.GreaterThanOrEqualExpression, SyntaxKind.GreaterThanEqualsToken),
            SyntaxKind.GreaterThanOrEqualExpression => (SyntaxKind.LessThanOrEqualExpression, SyntaxKind.LessThanEqualsToken),
            _ => null,
        };

        // A query's tree has no patterns.
        private bool IsInTree(SyntaxNode node) => node.Ancestors().OfType<LambdaExpressionSyntax>().Any(lambda => model.GetTypeInfo(lambda).ConvertedType is { Name: "Expression" })
            || node.Ancestors().Any(ancestor => ancestor is QueryExpressionSyntax);
    }
}
