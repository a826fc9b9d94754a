using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>The condition of an if with an else, or of a choice, turned round, and its branches with it.</summary>
internal sealed class Inverted : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter().Visit(root);

    private sealed class Rewriter : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
        {
            var visited = (IfStatementSyntax)base.VisitIfStatement(node)!;
            return visited.Else is { Statement: not IfStatementSyntax } otherwise
                ? visited.WithCondition(Not(visited.Condition)).WithStatement(Block(otherwise.Statement)).WithElse(otherwise.WithStatement(Block(visited.Statement)))
                : visited;
        }

        public override SyntaxNode? VisitConditionalExpression(ConditionalExpressionSyntax node)
        {
            var visited = (ConditionalExpressionSyntax)base.VisitConditionalExpression(node)!;
            return visited.WithCondition(Not(visited.Condition)).WithWhenTrue(visited.WhenFalse.WithTriviaFrom(visited.WhenTrue)).WithWhenFalse(visited.WhenTrue.WithTriviaFrom(visited.WhenFalse));
        }

        private static BlockSyntax Block(StatementSyntax statement) => statement as BlockSyntax ?? SyntaxFactory.Block(statement.WithTrailingTrivia(SyntaxFactory.LineFeed)).WithTrailingTrivia(SyntaxFactory.LineFeed);
    }
}
