using System.Composition;
using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Errors;

/// <summary>Lets cancellations pass a wide catch: <c>catch (Exception ex) when (ex is not OperationCanceledException)</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SwallowedCancellationFix)), Shared]
public sealed class SwallowedCancellationFix() : RuleFix(SwallowedCancellation.Descriptor)
{
    private const string Cancelled = "System.OperationCanceledException";

    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        // Filters came with C# 6.
        if (CatchSyntax.ClauseOf(site) is not { } clause || site.Root.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp6 })
            return Task.FromResult<Fix?>(null);
        var name = CatchSyntax.VariableOf(clause);
        var lets = CatchSyntax.IsNot(name, Cancelled, site.Model, clause.SpanStart);
        var named = CatchSyntax.Named(clause, name, site.Model);
        var filter = clause.Filter is { } old ? CatchSyntax.Filter(And(old.FilterExpression, lets)) : CatchSyntax.Filter(lets);
        var filtered = CatchSyntax.WithHeader(named, named.Declaration, filter);
        return Task.FromResult<Fix?>(site.Replace("Let cancellations pass with 'when (… is not OperationCanceledException)'", clause, filtered));
    }

    private static ExpressionSyntax And(ExpressionSyntax left, ExpressionSyntax right)
    {
        var bindsLooser = left.IsKind(SyntaxKind.LogicalOrExpression) || left.IsKind(SyntaxKind.CoalesceExpression)
            || left is ConditionalExpressionSyntax or AssignmentExpressionSyntax;
        var first = bindsLooser ? SyntaxFactory.ParenthesizedExpression(left.WithoutTrivia()) : left.WithoutTrivia();
        return SyntaxFactory.BinaryExpression(
            SyntaxKind.LogicalAndExpression,
            first.WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.AmpersandAmpersandToken).WithTrailingTrivia(SyntaxFactory.Space),
            right);
    }
}
