using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics;

/// <summary>Parentheses have no operation of their own: whoever comes from the syntax steps over them here.</summary>
internal static class ExpressionQuestions
{
    /// <summary>What stands within the parentheses; the expression itself when there are none.</summary>
    public static ExpressionSyntax WalkDownParentheses(this ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized)
            expression = parenthesized.Expression;
        return expression;
    }

    /// <summary>The parentheses around the expression, outermost; the node itself when there are none.</summary>
    public static SyntaxNode WalkUpParentheses(this SyntaxNode node)
    {
        while (node.Parent is ParenthesizedExpressionSyntax parenthesized)
            node = parenthesized;
        return node;
    }

    /// <summary>The operation of an expression, with or without parentheses around it.</summary>
    public static IOperation? OperationOf(this SemanticModel model, ExpressionSyntax expression, CancellationToken cancellationToken = default) =>
        model.GetOperation(expression.WalkDownParentheses(), cancellationToken);
}
