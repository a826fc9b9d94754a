using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Adds an awaited number to a field at once, after the wait: <c>_total += await …</c>.</summary>
internal static class AwaitedSum
{
    public static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } addition || addition.Parent is not (ExpressionStatementSyntax or ArrowExpressionClauseSyntax))
            return null;
        // The operations have no names of their own for smaller numbers, and an overflow never throws in them.
        if (site.Model.GetSymbolInfo(addition.Left, cancellationToken).Symbol is not IFieldSymbol { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64 })
            return null;
        if (addition.Ancestors().Any(a => a.Kind() is SyntaxKind.CheckedStatement or SyntaxKind.CheckedExpression))
            return null;
        var call = SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(
                SyntaxKind.SimpleMemberAccessExpression,
                SyntaxFactory.ParseTypeName("global::System.Threading.Interlocked").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation),
                SyntaxFactory.IdentifierName("Add")),
            SyntaxFactory.ArgumentList(
            [
                SyntaxFactory.Argument(null, SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space), addition.Left.WithoutTrivia()),
                SyntaxFactory.Argument(addition.Right.WithoutTrivia()),
            ]).WithSeparatorSpaces());
        return site.Replace("Add with 'Interlocked.Add' after the wait", addition, call.WithTriviaFrom(addition).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
