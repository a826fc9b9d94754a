using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Moves a wait before the try whose finally releases, and tests the result that was ignored.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IgnoredAcquireFix)), Shared]
public sealed class IgnoredAcquireFix() : RuleFix(IgnoredAcquire.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax { Parent: BlockSyntax block } wait)
            return null;
        var isIgnored = site.Model.GetTypeInfo(wait.Expression, cancellationToken).Type is { SpecialType: SpecialType.System_Boolean };
        StatementSyntax written = isIgnored ? Tested(wait, site) : wait;
        if (block.Parent is TryStatementSyntax { Finally: not null } attempt && attempt.Block == block && ReleasesInFinally(attempt, site))
            return MoveOut(site, attempt, block.Statements.IndexOf(wait), written, isIgnored);
        return isIgnored ? site.Replace("Throw when the lock is not taken in time", wait, written) : null;
    }

    private static bool ReleasesInFinally(TryStatementSyntax attempt, FixSite site) =>
        !site.Related.IsEmpty && attempt.Finally!.Span.Contains(site.Related[0].Span);

    // What stands before the wait goes with it; a catch would no longer see its exceptions.
    private static Fix? MoveOut(FixSite site, TryStatementSyntax attempt, int index, StatementSyntax written, bool isIgnored)
    {
        var statements = attempt.Block.Statements;
        if (attempt.Catches.Count > 0 || attempt.Parent is not BlockSyntax around || index + 1 == statements.Count)
            return null;
        var moved = statements.Take(index).Append(written).Select(s => s.WithAdditionalAnnotations(Formatter.Annotation)).ToList();
        moved[0] = moved[0].WithLeadingTrivia(attempt.GetLeadingTrivia().AddRange(Comments(moved[0])));
        var rest = attempt.WithBlock(attempt.Block.WithStatements([.. statements.Skip(index + 1)])).WithLeadingTrivia(default(SyntaxTriviaList)).WithAdditionalAnnotations(Formatter.Annotation);
        var at = around.Statements.IndexOf(attempt);
        var all = around.Statements.Take(at).Concat(moved).Append(rest).Concat(around.Statements.Skip(at + 1));
        return site.Replace(isIgnored ? "Take the lock before the try, and throw when that fails" : "Move the wait before the try", around, around.WithStatements([.. all]));
    }

    private static IEnumerable<SyntaxTrivia> Comments(StatementSyntax statement)
    {
        var leading = statement.GetLeadingTrivia();
        return leading.Any(t => t.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia) ? leading : [];
    }

    private static StatementSyntax Tested(ExpressionStatementSyntax wait, FixSite site)
    {
        var condition = SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, Result(wait.Expression, site));
        var message = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal($"{Target(site)} was not free in time."));
        var exception = SyntaxFactory.ObjectCreationExpression(
            SyntaxFactory.ParseTypeName("global::System.TimeoutException").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation),
            SyntaxFactory.ArgumentList([SyntaxFactory.Argument(message)]),
            null);
        return SyntaxFactory.IfStatement(condition, SyntaxFactory.ThrowStatement(exception))
            .WithTriviaFrom(wait)
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    // `_ = _gate.Wait(5)` and `taken = _gate.Wait(5)`
    private static ExpressionSyntax Result(ExpressionSyntax waited, FixSite site) => waited switch
    {
        AssignmentExpressionSyntax discarded when site.Model.GetSymbolInfo(discarded.Left).Symbol is IDiscardSymbol => discarded.Right.WithoutTrivia(),
        AssignmentExpressionSyntax => SyntaxFactory.ParenthesizedExpression(waited.WithoutTrivia()),
        _ => waited.WithoutTrivia(),
    };

    private static string Target(FixSite site) =>
        site.Node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call
            ? access.Expression.ToString().EndsWith("Monitor", StringComparison.Ordinal) ? call.ArgumentList.Arguments[0].ToString() : access.Expression.ToString()
            : "The lock";
}
