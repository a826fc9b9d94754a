using System.Composition;
using Assay.Analyzers.Rules.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rules.Data;

/// <summary>Moves the save behind the loop, where it is the last thing each turn does and every way out of the loop passes there.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SaveInLoopFix)), Shared]
public sealed class SaveInLoopFix() : RuleFix(SaveInLoop.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site));

    private static Fix? Propose(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax body } save || body.Statements.Last() != save || body.Statements.Count < 2)
            return null;
        // Its result is added up.
        if (save.Expression is not (InvocationExpressionSyntax or AwaitExpressionSyntax))
            return null;
        if (body.Parent is not (ForEachStatementSyntax or ForEachVariableStatementSyntax or ForStatementSyntax) || body.Parent is not StatementSyntax loop || !CanMove(save, loop))
            return null;
        if (Shortened(loop, body, save) is not { } shortened)
            return null;
        var leading = loop.GetLeadingTrivia();
        var indent = leading.LastOrDefault().IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(leading.Last()) : default;
        var comments = save.GetLeadingTrivia();
        var moved = save.WithLeadingTrivia(HasComment(comments) ? comments : indent).WithAdditionalAnnotations(Formatter.Annotation);
        var lineEnd = SyntaxFactory.TriviaList(save.GetTrailingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } end ? end : SyntaxFactory.ElasticLineFeed);
        StatementSyntax[] both = [shortened.WithTrailingTrivia(lineEnd), moved.WithTrailingTrivia(loop.GetTrailingTrivia())];
        const string Title = "Save once after the loop";
        return loop.Parent switch
        {
            BlockSyntax or SwitchSectionSyntax => site.Rewrite(Title, site.Root.ReplaceNode(loop, both)),
            GlobalStatementSyntax global => site.Rewrite(Title, site.Root.ReplaceNode(global, both.Select(SyntaxFactory.GlobalStatement))),
            _ => null,
        };
    }

    // A return or a throw within the loop would leave without the save; a name of the turn does not live behind it.
    private static bool CanMove(ExpressionStatementSyntax save, StatementSyntax loop)
    {
        var declared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in loop.DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            switch (node)
            {
                case ReturnStatementSyntax or YieldStatementSyntax or GotoStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax:
                    return false;
                case VariableDeclaratorSyntax variable:
                    declared.Add(variable.Identifier.ValueText);
                    break;
                case SingleVariableDesignationSyntax variable:
                    declared.Add(variable.Identifier.ValueText);
                    break;
            }
        }
        if (loop is ForEachStatementSyntax each)
            declared.Add(each.Identifier.ValueText);
        return !save.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => declared.Contains(n.Identifier.ValueText));
    }

    private static StatementSyntax? Shortened(StatementSyntax loop, BlockSyntax body, ExpressionStatementSyntax save)
    {
        var rest = body.WithStatements(body.Statements.Remove(save));
        return loop switch
        {
            ForEachStatementSyntax each => each.WithStatement(rest),
            ForEachVariableStatementSyntax each => each.WithStatement(rest),
            ForStatementSyntax counted => counted.WithStatement(rest),
            _ => null,
        };
    }

    private static bool HasComment(SyntaxTriviaList trivia) =>
        trivia.Any(t => t.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia);
}
