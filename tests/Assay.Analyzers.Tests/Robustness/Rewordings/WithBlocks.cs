using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Bodies after an arrow in braces.</summary>
internal sealed class WithBlocks : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
        {
            var visited = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
            if (visited.ExpressionBody is null)
                return visited;
            return visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Of(visited.ExpressionBody.Expression, ReturnsValue(model.GetDeclaredSymbol(node))));
        }

        public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
        {
            var visited = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
            if (visited.ExpressionBody is null)
                return visited;
            return visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Of(visited.ExpressionBody.Expression, ReturnsValue(model.GetDeclaredSymbol(node) as IMethodSymbol)));
        }

        public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node)
        {
            var visited = (PropertyDeclarationSyntax)base.VisitPropertyDeclaration(node)!;
            if (visited.ExpressionBody is null)
                return visited;
            var getter = SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, Of(visited.ExpressionBody.Expression, true));
            return visited.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(SyntaxFactory.AccessorList([getter])).WithTrailingTrivia(SyntaxFactory.LineFeed);
        }

        public override SyntaxNode? VisitAccessorDeclaration(AccessorDeclarationSyntax node)
        {
            var visited = (AccessorDeclarationSyntax)base.VisitAccessorDeclaration(node)!;
            return visited.ExpressionBody is null ? visited : visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Of(visited.ExpressionBody.Expression, node.IsKind(SyntaxKind.GetAccessorDeclaration)));
        }

        public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
        {
            var visited = (ConstructorDeclarationSyntax)base.VisitConstructorDeclaration(node)!;
            return visited.ExpressionBody is null ? visited : visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Of(visited.ExpressionBody.Expression, false));
        }

        public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
        {
            var visited = (ParenthesizedLambdaExpressionSyntax)base.VisitParenthesizedLambdaExpression(node)!;
            return visited.ExpressionBody is { } expression && CanBeBlock(node) is { } returns ? visited.WithExpressionBody(null).WithBlock(Of(expression, returns)) : visited;
        }

        public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
        {
            var visited = (SimpleLambdaExpressionSyntax)base.VisitSimpleLambdaExpression(node)!;
            return visited.ExpressionBody is { } expression && CanBeBlock(node) is { } returns ? visited.WithExpressionBody(null).WithBlock(Of(expression, returns)) : visited;
        }

        // A tree of expressions has no blocks.
        private bool? CanBeBlock(LambdaExpressionSyntax lambda) =>
            model.GetTypeInfo(lambda).ConvertedType is INamedTypeSymbol { TypeKind: TypeKind.Delegate } type ? ReturnsValue(type.DelegateInvokeMethod, lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword)) : null;

        private static bool ReturnsValue(IMethodSymbol? method) => method is not null && ReturnsValue(method, method.IsAsync);

        private static bool ReturnsValue(IMethodSymbol? method, bool isAsync) =>
            method is { ReturnsVoid: false } && (!isAsync || method.ReturnType is INamedTypeSymbol { Arity: 1 });

        private static BlockSyntax Of(ExpressionSyntax expression, bool returns)
        {
            StatementSyntax statement = expression is ThrowExpressionSyntax thrown ? SyntaxFactory.ThrowStatement(thrown.Expression.WithLeadingTrivia(SyntaxFactory.Space))
                : returns ? SyntaxFactory.ReturnStatement(expression.WithLeadingTrivia(SyntaxFactory.Space))
                : SyntaxFactory.ExpressionStatement(expression);
            return SyntaxFactory.Block(statement.WithTrailingTrivia(SyntaxFactory.LineFeed)).WithTrailingTrivia(SyntaxFactory.LineFeed);
        }
    }
}
