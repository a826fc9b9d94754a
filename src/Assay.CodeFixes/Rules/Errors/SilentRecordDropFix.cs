using System.Composition;
using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Errors;

/// <summary>
/// Collects the failed records and their exceptions in a list, and throws them together behind the loop: the good records are
/// still processed, and the caller hears of the others.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SilentRecordDropFix)), Shared]
public sealed class SilentRecordDropFix() : RuleFix(SilentRecordDrop.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (CatchSyntax.ClauseOf(site) is not { } clause || LoopsAround(clause) is not { Count: > 0 } loops)
            return Task.FromResult<Fix?>(null);
        if (FailedRecord.Of(loops[0], clause, site.Model, cancellationToken) is not { } record)
            return Task.FromResult<Fix?>(null);
        var list = Names.Unused(clause, "failed", "failures", "failedRecords");
        var each = Names.Unused(clause, "failure", "one");
        var variable = CatchSyntax.VariableOf(clause);
        var named = CatchSyntax.Named(clause, variable, site.Model);
        var collecting = named.WithBlock(Collecting(named.Block, $"{list}.Add(({record.Name}, {variable}));"));
        var before = Statement($"var {list} = new global::System.Collections.Generic.List<({record.Type} {record.Label}, global::System.Exception Error)>();");
        var thrown = $"new global::System.AggregateException($\"{{{list}.Count}} records failed\", {list}.ConvertAll({each} => {each}.Error))";
        var behind = Statement($"if ({list}.Count > 0)\n    throw {thrown};");
        var outermost = loops[loops.Count - 1];
        return Task.FromResult(Around(site, outermost, outermost.ReplaceNode(clause, collecting), before, behind));
    }

    // The loops around the clause, innermost first; null when one of them may have no end, or runs elsewhere: a list would grow
    // unread there, and throwing would stop what is meant to go on.
    private static List<StatementSyntax>? LoopsAround(CatchClauseSyntax clause)
    {
        var loops = new List<StatementSyntax>();
        for (var node = clause.Parent; node is not (null or MemberDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax); node = node.Parent)
        {
            switch (node)
            {
                case CommonForEachStatementSyntax each when !IsEndless(each.Expression):
                    loops.Add(each);
                    break;
                case ForStatementSyntax { Condition: not null } counted:
                    loops.Add(counted);
                    break;
                case WhileStatementSyntax reading when loops.Count == 0:
                    loops.Add(reading);
                    break;
                case CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax:
                    return null;
            }
        }
        return loops;
    }

    private static bool IsEndless(ExpressionSyntax source)
    {
        foreach (var node in source.DescendantNodesAndSelf())
        {
            if (node is IdentifierNameSyntax { Identifier.ValueText: "ReadAllAsync" or "GetConsumingEnumerable" })
                return true;
        }
        return false;
    }

    private static BlockSyntax Collecting(BlockSyntax handler, string statement)
    {
        var add = SyntaxFactory.ParseStatement(statement);
        var isStraight = handler.Statements.All(s => s is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ContinueStatementSyntax);
        // Where paths part, the record is kept before they do.
        var index = !isStraight ? 0 : handler.Statements.LastOrDefault() is ContinueStatementSyntax ? handler.Statements.Count - 1 : handler.Statements.Count;
        return CatchSyntax.Inserted(handler, index, add);
    }

    private static Fix? Around(FixSite site, StatementSyntax loop, StatementSyntax changed, StatementSyntax before, StatementSyntax behind)
    {
        var leading = loop.GetLeadingTrivia();
        var indent = leading.LastOrDefault().IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(leading.Last()) : default;
        var lineEnd = loop.GetTrailingTrivia().LastOrDefault() is { RawKind: (int)SyntaxKind.EndOfLineTrivia } end ? end : SyntaxFactory.ElasticLineFeed;
        before = before.WithLeadingTrivia(leading).WithTrailingTrivia(lineEnd);
        changed = changed.WithLeadingTrivia(indent).WithTrailingTrivia(lineEnd);
        behind = behind.WithLeadingTrivia(indent).WithTrailingTrivia(loop.GetTrailingTrivia());
        const string Title = "Collect the failed records and throw them behind the loop";
        StatementSyntax[] all = [before, changed, behind];
        return loop.Parent switch
        {
            BlockSyntax or SwitchSectionSyntax => site.Rewrite(Title, site.Root.ReplaceNode(loop, all)),
            GlobalStatementSyntax global => site.Rewrite(Title, site.Root.ReplaceNode(global, all.Select(SyntaxFactory.GlobalStatement))),
            // The statement of an if or an else without braces.
            IfStatementSyntax or ElseClauseSyntax => site.Replace(Title, loop, SyntaxFactory.Block(all).WithAdditionalAnnotations(Formatter.Annotation)),
            _ => null,
        };
    }

    private static StatementSyntax Statement(string text)
    {
        var statement = SyntaxFactory.ParseStatement(text);
        return statement
            .ReplaceNodes(
                statement.DescendantNodes().OfType<QualifiedNameSyntax>().Where(n => n.Parent is not QualifiedNameSyntax),
                (_, name) => name.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The record of a turn: how the handler names it, its type, and its label in the list.</summary>
    private sealed record FailedRecord(string Name, string Type, string Label)
    {
        private static readonly SymbolDisplayFormat s_format = SymbolDisplayFormat.FullyQualifiedFormat
            .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

        public static FailedRecord? Of(StatementSyntax loop, CatchClauseSyntax clause, SemanticModel model, CancellationToken cancellationToken)
        {
            switch (loop)
            {
                case ForEachStatementSyntax each:
                    return Of(each.Identifier.Text, model.GetForEachStatementInfo(each).ElementType, "Item");
                case ForStatementSyntax { Declaration.Variables: { Count: 1 } variables }:
                    var index = variables[0];
                    return Of(index.Identifier.Text, (model.GetDeclaredSymbol(index, cancellationToken) as ILocalSymbol)?.Type, "Index");
                case WhileStatementSyntax { Condition: var condition }:
                    return InCondition(condition, clause, model, cancellationToken);
                default:
                    return null;
            }
        }

        private static FailedRecord? InCondition(ExpressionSyntax condition, CatchClauseSyntax clause, SemanticModel model, CancellationToken cancellationToken)
        {
            foreach (var node in condition.DescendantNodesAndSelf())
            {
                var symbol = node switch
                {
                    AssignmentExpressionSyntax { Left: IdentifierNameSyntax assigned } => model.GetSymbolInfo(assigned, cancellationToken).Symbol,
                    SingleVariableDesignationSyntax declared => model.GetDeclaredSymbol(declared, cancellationToken),
                    ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.OutKeyword, Expression: IdentifierNameSyntax given } => model.GetSymbolInfo(given, cancellationToken).Symbol,
                    _ => null,
                };
                if (symbol is ILocalSymbol { Type: var type } local)
                    return Of(local.Name, type.WithNullableAnnotation(NullableAnnotation.NotAnnotated), "Item");
            }
            return null;
        }

        private static FailedRecord? Of(string name, ITypeSymbol? type, string label)
        {
            // Types that a list of tuples cannot hold.
            if (type is null or IErrorTypeSymbol or IPointerTypeSymbol or { IsRefLikeType: true } or { IsAnonymousType: true })
                return null;
            return new FailedRecord(name, type.ToDisplayString(s_format), label);
        }
    }
}
