using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Writes <c>await</c> expressions.</summary>
internal static class AwaitSyntax
{
    /// <summary>
    /// <c>await <paramref name="awaited"/></c>, to stand where <paramref name="replaced"/> stands: it takes over the trivia and
    /// is put in parentheses where the place binds tighter, as in <c>(await x).Length</c>.
    /// </summary>
    public static ExpressionSyntax Await(ExpressionSyntax awaited, ExpressionSyntax replaced)
    {
        var operand = NeedsParentheses(awaited) ? SyntaxFactory.ParenthesizedExpression(awaited.WithoutTrivia()) : awaited.WithoutTrivia();
        ExpressionSyntax result = SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            operand);
        if (BindsTighter(replaced))
            result = SyntaxFactory.ParenthesizedExpression(result);
        return result.WithTriviaFrom(replaced).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static bool BindsTighter(ExpressionSyntax place) => place.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == place,
        ElementAccessExpressionSyntax access => access.Expression == place,
        ConditionalAccessExpressionSyntax access => access.Expression == place,
        InvocationExpressionSyntax call => call.Expression == place,
        PostfixUnaryExpressionSyntax => true,
        RangeExpressionSyntax => true,
        SwitchExpressionSyntax @switch => @switch.GoverningExpression == place,
        WithExpressionSyntax with => with.Expression == place,
        _ => false,
    };

    private static bool NeedsParentheses(ExpressionSyntax operand) => operand is
        AssignmentExpressionSyntax or ConditionalExpressionSyntax or BinaryExpressionSyntax or AnonymousFunctionExpressionSyntax
        or SwitchExpressionSyntax or WithExpressionSyntax or IsPatternExpressionSyntax or RangeExpressionSyntax or ThrowExpressionSyntax
        or QueryExpressionSyntax;
}
