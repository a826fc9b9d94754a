using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Parentheses around calls that are receivers, around arguments, awaited and assigned values and conditions.</summary>
internal sealed class Parenthesised : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitMemberAccessExpression(MemberAccessExpressionSyntax node)
        {
            var visited = (MemberAccessExpressionSyntax)base.VisitMemberAccessExpression(node)!;
            return node.Expression is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or ElementAccessExpressionSyntax && IsValue(node.Expression) && !IsInNameof(node) ? visited.WithExpression(Wrap(visited.Expression)) : visited;
        }

        public override SyntaxNode? VisitArgument(ArgumentSyntax node)
        {
            var visited = (ArgumentSyntax)base.VisitArgument(node)!;
            return node.RefKindKeyword.IsKind(SyntaxKind.None) && IsPlain(node.Expression) && !IsInNameof(node) ? visited.WithExpression(Wrap(visited.Expression)) : visited;
        }

        public override SyntaxNode? VisitAwaitExpression(AwaitExpressionSyntax node)
        {
            var visited = (AwaitExpressionSyntax)base.VisitAwaitExpression(node)!;
            return visited.WithExpression(Wrap(visited.Expression));
        }

        public override SyntaxNode? VisitEqualsValueClause(EqualsValueClauseSyntax node)
        {
            var visited = (EqualsValueClauseSyntax)base.VisitEqualsValueClause(node)!;
            return IsPlain(node.Value) && node.Parent is not ParameterSyntax ? visited.WithValue(Wrap(visited.Value)) : visited;
        }

        public override SyntaxNode? VisitAssignmentExpression(AssignmentExpressionSyntax node)
        {
            var visited = (AssignmentExpressionSyntax)base.VisitAssignmentExpression(node)!;
            return IsPlain(node.Right) ? visited.WithRight(Wrap(visited.Right)) : visited;
        }

        public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
        {
            var visited = (IfStatementSyntax)base.VisitIfStatement(node)!;
            return visited.WithCondition(Wrap(visited.Condition));
        }

        public override SyntaxNode? VisitReturnStatement(ReturnStatementSyntax node)
        {
            var visited = (ReturnStatementSyntax)base.VisitReturnStatement(node)!;
            return node.Expression is not null && IsPlain(node.Expression) ? visited.WithExpression(Wrap(visited.Expression!)) : visited;
        }

        private bool IsPlain(ExpressionSyntax expression) =>
            expression is not (RefExpressionSyntax or StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax or InitializerExpressionSyntax or DeclarationExpressionSyntax or ThrowExpressionSyntax)
            && IsValue(expression);

        // A method that is handed over is no value; nobody writes parentheses around its name.
        private bool IsValue(ExpressionSyntax expression) => model.GetMemberGroup(expression).IsEmpty && model.GetSymbolInfo(expression).Symbol is not (ITypeSymbol or INamespaceSymbol);

        private static bool IsInNameof(SyntaxNode node) => node.Ancestors().OfType<InvocationExpressionSyntax>().Any(call => call.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" });

        private static ParenthesizedExpressionSyntax Wrap(ExpressionSyntax expression) =>
            SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia()).WithTriviaFrom(expression);
    }
}
