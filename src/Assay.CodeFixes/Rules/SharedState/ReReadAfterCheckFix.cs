using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.Analyzers.Semantics;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Reads the field once into a local and uses that; an event is raised by one conditional call.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReReadAfterCheckFix)), Shared]
public sealed class ReReadAfterCheckFix() : RuleFix(ReReadAfterCheck.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Related.IsEmpty || CheckAround(site.Related[0]) is not { Parent: BlockSyntax block } check)
            return null;
        if (site.Model.GetSymbolInfo(site.Node, cancellationToken).Symbol is not { } member)
            return null;
        if (member is IEventSymbol && check is IfStatementSyntax { Else: null } only && RaiseIn(only, site.Node) is { } raise)
            return site.Replace("Raise the event with '?.'", check, raise);
        var start = block.Statements.IndexOf(check);
        var reads = block.Statements.Skip(start).SelectMany(s => s.DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == member.Name && site.Model.GetSymbolInfo(n, cancellationToken).Symbol.Is(member))
            .Select(n => n.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access && access.Name == n ? (ExpressionSyntax)access : n)
            .ToList();
        // A write, or a read behind another object, means the field itself.
        if (reads.Exists(r => r.Parent is AssignmentExpressionSyntax assignment && assignment.Left == r || r.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 } || r.Parent is MemberAccessExpressionSyntax qualified && qualified.Name == r))
            return null;
        var name = Names.Unused(block, NameOf(member.Name));
        var renamed = check.ReplaceNodes(reads.Where(r => check.Span.Contains(r.Span)), (before, _) => SyntaxFactory.IdentifierName(name).WithTriviaFrom(before));
        var later = block.Statements.Skip(start + 1).Select(s => s.ReplaceNodes(reads.Where(r => s.Span.Contains(r.Span)), (before, _) => SyntaxFactory.IdentifierName(name).WithTriviaFrom(before)));
        var local = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                SyntaxFactory.IdentifierName("var"),
                [SyntaxFactory.VariableDeclarator(SyntaxFactory.Identifier(name), null, SyntaxFactory.EqualsValueClause(reads[0].WithoutTrivia()))]))
            .WithLeadingTrivia(check.GetLeadingTrivia())
            .WithTrailingTrivia(block.LineEnd())
            .WithAdditionalAnnotations(Formatter.Annotation);
        var statements = block.Statements.Take(start).Append(local).Append(renamed.WithLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation)).Concat(later);
        return site.Replace("Read the field once", block, block.WithStatements([.. statements]));
    }

    // An `if`, or a `for`, which asks again and again; a `while` may wait for the change.
    private static StatementSyntax? CheckAround(SyntaxNode check) => check.FirstAncestorOrSelf<StatementSyntax>() switch
    {
        IfStatementSyntax branch when branch.Condition.Span.Contains(check.Span) => branch,
        ForStatementSyntax { Condition: { } condition } loop when condition.Span.Contains(check.Span) => loop,
        _ => null,
    };

    // The check alone, and the raising alone: one conditional call says both.
    private static StatementSyntax? RaiseIn(IfStatementSyntax check, SyntaxNode raised)
    {
        var only = check.Statement is BlockSyntax { Statements: { Count: 1 } statements } ? statements[0] : check.Statement;
        if (check.Condition is not (BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } or IsPatternExpressionSyntax))
            return null;
        if (only is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } statement || !call.Expression.Span.Contains(raised.Span))
            return null;
        // A remark inside the braces would lose its place.
        if (check.CloseParenToken.TrailingTrivia.Concat(check.Statement.DescendantTrivia()).Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia)))
            return null;
        var target = call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Invoke" } invoke && invoke.Expression.Span.Contains(raised.Span) ? invoke.Expression : call.Expression;
        var conditional = SyntaxFactory.ConditionalAccessExpression(
            target.WithoutTrivia(),
            SyntaxFactory.InvocationExpression(SyntaxFactory.MemberBindingExpression(SyntaxFactory.IdentifierName("Invoke")), call.ArgumentList.WithoutTrivia()));
        return statement.WithExpression(conditional)
            .WithLeadingTrivia(check.GetLeadingTrivia())
            .WithTrailingTrivia(check.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static string NameOf(string member)
    {
        var bare = member.StartsWith("s_", StringComparison.Ordinal) || member.StartsWith("m_", StringComparison.Ordinal) ? member.Substring(2) : member.TrimStart('_');
        bare = bare.Length == 0 ? "value" : char.ToLowerInvariant(bare[0]) + bare.Substring(1);
        return bare == member || SyntaxFacts.GetKeywordKind(bare) != SyntaxKind.None ? "current" : bare;
    }
}
