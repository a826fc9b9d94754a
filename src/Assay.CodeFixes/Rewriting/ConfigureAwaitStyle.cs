using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Whether the member around a place writes <c>ConfigureAwait(false)</c> behind its awaits.</summary>
internal static class ConfigureAwaitStyle
{
    /// <summary><paramref name="task"/>, with <c>.ConfigureAwait(false)</c> when the other awaits around <paramref name="place"/> have it.</summary>
    public static ExpressionSyntax InStyleOf(ExpressionSyntax task, SyntaxNode place)
    {
        if (!IsUsedAround(place))
            return task;
        var access = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, task.WithoutTrivia(), SyntaxFactory.IdentifierName("ConfigureAwait"));
        return SyntaxFactory.InvocationExpression(access, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(
            SyntaxFactory.Argument(SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression)))));
    }

    private static bool IsUsedAround(SyntaxNode place)
    {
        var member = place.Ancestors().FirstOrDefault(n => n is MemberDeclarationSyntax and not GlobalStatementSyntax) ?? place.SyntaxTree.GetRoot();
        return member.DescendantNodes().OfType<AwaitExpressionSyntax>().Any(a => IsConfiguredFalse(a.Expression));
    }

    private static bool IsConfiguredFalse(ExpressionSyntax awaited) =>
        awaited is InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" },
            ArgumentList.Arguments: { Count: 1 } arguments,
        }
        && arguments[0].Expression.IsKind(SyntaxKind.FalseLiteralExpression);
}
