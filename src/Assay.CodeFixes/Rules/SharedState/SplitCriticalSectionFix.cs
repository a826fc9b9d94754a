using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Makes one lock statement of the one that reads, what stands in between, and the one that writes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SplitCriticalSectionFix)), Shared]
public sealed class SplitCriticalSectionFix() : RuleFix(SplitCriticalSection.Descriptor)
{
    // More code than this between the two is likely the reason why they are two.
    private const int MostBetween = 3;

    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site));

    private static Fix? Propose(FixSite site)
    {
        if (site.Related.Length != 1 || site.Node.FirstAncestorOrSelf<LockStatementSyntax>() is not { Parent: BlockSyntax block } last)
            return null;
        if (site.Related[0].FirstAncestorOrSelf<LockStatementSyntax>() is not { } first || first.Parent != block || first == last || first.Expression.ToString() != last.Expression.ToString())
            return null;
        var start = block.Statements.IndexOf(first);
        var end = block.Statements.IndexOf(last);
        var between = block.Statements.Skip(start + 1).Take(end - start - 1).ToList();
        if (between.Count > MostBetween || between.Exists(Waits) || SharesNames(first, last, between))
            return null;
        var inside = new List<StatementSyntax>(StatementsOf(first));
        inside.AddRange(between);
        inside.AddRange(StatementsOf(last).Select((s, i) => i == 0 ? s.WithLeadingTrivia(last.GetLeadingTrivia().AddRange(s.GetLeadingTrivia().Where(t => !t.IsKind(SyntaxKind.WhitespaceTrivia)))) : s));
        var merged = first.WithStatement(SyntaxFactory.Block(inside))
            .WithTrailingTrivia(last.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation);
        var statements = block.Statements.Take(start).Append(merged).Concat(block.Statements.Skip(end + 1));
        return site.Replace("Keep the lock from the read to the write", block, block.WithStatements(SyntaxFactory.List(statements)));
    }

    private static IEnumerable<StatementSyntax> StatementsOf(LockStatementSyntax @lock) =>
        @lock.Statement is BlockSyntax block ? block.Statements : [@lock.Statement];

    // An await cannot stand in a lock; a nested lock could be taken the other way round elsewhere; a declaration would lose its scope.
    private static bool Waits(StatementSyntax statement) =>
        statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or LabeledStatementSyntax or LocalFunctionStatementSyntax
        || statement.DescendantNodesAndSelf().Any(n => n is AwaitExpressionSyntax or YieldStatementSyntax or LockStatementSyntax);

    // Locals of the two blocks would meet in one scope, and what is declared in between may be used after both.
    private static bool SharesNames(LockStatementSyntax first, LockStatementSyntax last, List<StatementSyntax> between)
    {
        var names = new HashSet<string>(Declared(first));
        if (Declared(last).Any(n => !names.Add(n)))
            return true;
        var outside = between.SelectMany(Declared).ToList();
        if (outside.Any(n => !names.Add(n)))
            return true;
        var block = (BlockSyntax)last.Parent!;
        return block.Statements.Skip(block.Statements.IndexOf(last) + 1)
            .SelectMany(s => s.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
            .Any(n => outside.Contains(n.Identifier.ValueText));
    }

    private static IEnumerable<string> Declared(SyntaxNode node) => node.DescendantNodes().Select(n => n switch
    {
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
        SingleVariableDesignationSyntax designation => designation.Identifier.ValueText,
        ForEachStatementSyntax loop => loop.Identifier.ValueText,
        _ => "",
    }).Where(n => n.Length > 0);
}
