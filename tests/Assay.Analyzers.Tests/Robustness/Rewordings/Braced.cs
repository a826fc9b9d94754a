using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Braces around the one statement of a branch, a loop, a lock or a using.</summary>
internal sealed class Braced : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter().Visit(root);

    private sealed class Rewriter : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitIfStatement(IfStatementSyntax node) => node.WithCondition(Of(node.Condition)).WithStatement(Block(node.Statement)).WithElse(Visit(node.Else) as ElseClauseSyntax);

        public override SyntaxNode? VisitElseClause(ElseClauseSyntax node) => node.WithStatement(Block(node.Statement));

        public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node) => node.WithCondition(Of(node.Condition)).WithStatement(Block(node.Statement));

        public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node) => node.WithExpression(Of(node.Expression)).WithStatement(Block(node.Statement));

        public override SyntaxNode? VisitForStatement(ForStatementSyntax node) => node.WithStatement(Block(node.Statement));

        public override SyntaxNode? VisitLockStatement(LockStatementSyntax node) => node.WithStatement(Block(node.Statement));

        public override SyntaxNode? VisitUsingStatement(UsingStatementSyntax node) => node.WithStatement(Block(node.Statement));

        private ExpressionSyntax Of(ExpressionSyntax expression) => (ExpressionSyntax)Visit(expression);

        private BlockSyntax Block(StatementSyntax statement)
        {
            var visited = (StatementSyntax)Visit(statement);
            return visited as BlockSyntax ?? SyntaxFactory.Block(visited.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.LineFeed)).WithTriviaFrom(visited);
        }
    }
}
