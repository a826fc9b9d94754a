using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Wraps the statements that use a member in a lock statement on the guard that the finding names.</summary>
internal static class GuardWrap
{
    /// <summary>The fix; null where a person has to decide.</summary>
    public static Fix? Propose(FixSite site, string gateProperty, CancellationToken cancellationToken)
    {
        if (!site.Properties.TryGetValue(gateProperty, out var gate) || gate is null)
            return null;
        if (site.Node.FirstAncestorOrSelf<StatementSyntax>() is not { } first || first is BlockSyntax or LocalFunctionStatementSyntax)
            return null;
        // The fix of a neighbour has wrapped this access already.
        if (first.Ancestors().OfType<LockStatementSyntax>().Any(l => l.Expression.ToString() == gate))
            return null;
        var title = $"Wrap in 'lock ({gate})'";
        if (first.Parent is not BlockSyntax block)
            return first is LocalDeclarationStatementSyntax || !CanBeLocked([first]) || first.Parent is not (IfStatementSyntax or ElseClauseSyntax or ForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax)
                ? null
                : site.Replace(title, first, Locked(gate, [first]));
        var start = block.Statements.IndexOf(first);
        var end = LastUse(block, start, start, site.Model, cancellationToken);
        var wrapped = block.Statements.Skip(start).Take(end - start + 1).ToList();
        if (!CanBeLocked(wrapped))
            return null;
        var statements = block.Statements.Take(start).Append(Locked(gate, wrapped)).Concat(block.Statements.Skip(end + 1));
        return site.Replace(title, block, block.WithStatements(SyntaxFactory.List(statements)));
    }

    /// <summary>The last statement of a range that begins so: what a statement declares has to be in scope as far as it is used.</summary>
    public static int LastUse(BlockSyntax block, int start, int end, SemanticModel model, CancellationToken cancellationToken)
    {
        for (var i = start; i <= end; i++)
        {
            if (model.AnalyzeDataFlow(block.Statements[i]) is not { Succeeded: true } flow)
                continue;
            foreach (var local in flow.VariablesDeclared)
            {
                for (var j = block.Statements.Count - 1; j > end; j--)
                {
                    if (block.Statements[j].DescendantNodes().OfType<IdentifierNameSyntax>()
                        .Any(n => n.Identifier.ValueText == local.Name && model.GetSymbolInfo(n, cancellationToken).Symbol.Is(local)))
                        end = j;
                }
            }
        }
        return end;
    }

    /// <summary>
    /// Whether a lock can stand around the statements: the language forbids await in a lock, a lock kept over a yield is the
    /// caller's, and a label or a using would change its scope.
    /// </summary>
    public static bool CanBeLocked(IReadOnlyList<StatementSyntax> statements) =>
        !statements.Any(s => s is LabeledStatementSyntax or LocalFunctionStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 }
            || s.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).Any(n =>
                n is AwaitExpressionSyntax or YieldStatementSyntax or ForEachStatementSyntax { AwaitKeyword.RawKind: not 0 } or LockStatementSyntax));

    public static LockStatementSyntax Locked(string gate, IReadOnlyList<StatementSyntax> statements)
    {
        var leading = statements[0].GetLeadingTrivia();
        var blankLines = leading.TakeWhile(t => t.IsKind(SyntaxKind.EndOfLineTrivia)).ToList();
        var inside = new List<StatementSyntax>(statements) { [0] = statements[0].WithLeadingTrivia(leading.Skip(blankLines.Count)) };
        return SyntaxFactory.LockStatement(SyntaxFactory.ParseExpression(gate), SyntaxFactory.Block(inside))
            .WithLeadingTrivia(blankLines)
            .WithTrailingTrivia(statements[statements.Count - 1].GetTrailingTrivia().Where(t => t.IsKind(SyntaxKind.EndOfLineTrivia)))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }
}
