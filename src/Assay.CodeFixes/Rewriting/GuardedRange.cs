using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Puts one lock statement on a guard around a check and the act that relies on it, in place of one around the act alone.</summary>
internal static class GuardedRange
{
    /// <summary>The fix; null where a person has to decide.</summary>
    /// <param name="site">The finding: the act, with the check as its first related place.</param>
    /// <param name="gate">The lock as code at the act writes it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static Fix? Propose(FixSite site, string gate, CancellationToken cancellationToken)
    {
        if (site.Related.IsEmpty || BlockAround(site.Related[0], site.Node) is not { } block)
            return null;
        var start = IndexOf(block, site.Related[0]);
        var last = IndexOf(block, site.Node);
        // The fix of a neighbour has covered both already; a lock over a loop would be kept too long.
        if (start < 0 || last < start || IsUnder(block, gate) || IsInLoopWithin(block, site.Node))
            return null;
        var end = GuardWrap.LastUse(block, start, last, site.Model, cancellationToken);
        var inside = new List<StatementSyntax>();
        foreach (var statement in block.Statements.Skip(start).Take(end - start + 1))
            inside.AddRange(Unlocked(statement, gate));
        if (!GuardWrap.CanBeLocked(inside))
            return null;
        var statements = block.Statements.Take(start).Append(GuardWrap.Locked(gate, inside)).Concat(block.Statements.Skip(end + 1));
        return site.Replace($"Check and act in one 'lock ({gate})'", block, block.WithStatements(SyntaxFactory.List(statements)));
    }

    private static BlockSyntax? BlockAround(SyntaxNode check, SyntaxNode act) =>
        check.Ancestors().OfType<BlockSyntax>().FirstOrDefault(b => b.Span.Contains(act.Span));

    private static int IndexOf(BlockSyntax block, SyntaxNode node) => block.Statements.IndexOf(s => s.Span.Contains(node.Span));

    private static bool IsUnder(SyntaxNode node, string gate) =>
        node.AncestorsAndSelf().TakeWhile(n => n is not MemberDeclarationSyntax).OfType<LockStatementSyntax>().Any(l => l.Expression.ToString() == gate);

    private static bool IsInLoopWithin(BlockSyntax block, SyntaxNode act) =>
        act.Ancestors().TakeWhile(n => n != block).Any(n => n is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);

    // The statements without a lock of their own on the gate.
    private static IEnumerable<StatementSyntax> Unlocked(StatementSyntax statement, string gate)
    {
        if (statement is LockStatementSyntax whole && whole.Expression.ToString() == gate)
            return Body(whole);
        var inner = statement.DescendantNodes().OfType<LockStatementSyntax>().Where(l => l.Expression.ToString() == gate).ToList();
        var owners = inner.Select(l => l.Parent is BlockSyntax ? l.Parent : l).Distinct().ToList();
        return owners.Count == 0 ? [statement] : [statement.ReplaceNodes(owners, (_, changed) => Flat(changed, gate))];
    }

    private static SyntaxNode Flat(SyntaxNode owner, string gate)
    {
        if (owner is BlockSyntax block)
            return block.WithStatements(SyntaxFactory.List(block.Statements.SelectMany(s => s is LockStatementSyntax inner && inner.Expression.ToString() == gate ? Body(inner) : [s])));
        var body = Body((LockStatementSyntax)owner).ToList();
        return body.Count == 1 ? body[0] : SyntaxFactory.Block(body).WithTriviaFrom(owner).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static IEnumerable<StatementSyntax> Body(LockStatementSyntax inner)
    {
        if (inner.Statement is not BlockSyntax { Statements: { Count: > 0 } statements })
            return [inner.Statement.WithLeadingTrivia(inner.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation)];
        return statements.Select((s, i) => (i == 0 ? s.WithLeadingTrivia(inner.GetLeadingTrivia()) : s).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
