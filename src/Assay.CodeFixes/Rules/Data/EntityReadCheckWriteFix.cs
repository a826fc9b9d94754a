using System.Composition;
using Assay.Analyzers.Rules.Data;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Data;

/// <summary>
/// Makes one statement of load, check, write and save, where these stand behind one another and nothing else uses the entity
/// or the context: <c>ExecuteUpdate</c> with the check in its <c>Where</c>, and a test of the affected rows.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(EntityReadCheckWriteFix)), Shared]
public sealed class EntityReadCheckWriteFix() : RuleFix(EntityReadCheckWrite.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax block } write)
            return null;
        if (EntityUpdate.Of(block, write, site.Model, cancellationToken) is not { } update)
            return null;
        var statements = block.Statements;
        var indent = Indent(update.Load);
        var name = Names.Unused(block, "updated", "affected");
        var call = SyntaxFactory.ParseStatement($"var {name} = {update.CallText(indent + "    ")};")
            .WithLeadingTrivia(update.Load.GetLeadingTrivia())
            .WithTrailingTrivia(update.Load.GetTrailingTrivia());
        var test = update.Exit(name, indent).WithTrailingTrivia(update.Save.GetTrailingTrivia());
        var (from, to) = (statements.IndexOf(update.Load), statements.IndexOf(update.Save));
        var kept = statements.Take(from).Append(call).Append(test).Concat(statements.Skip(to + 1));
        var fix = site.Rewrite("Check and write with one ExecuteUpdate", site.Root.ReplaceNode(block, block.WithStatements([.. kept])));
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static string Indent(StatementSyntax statement) =>
        statement.GetLeadingTrivia().LastOrDefault() is { RawKind: (int)SyntaxKind.WhitespaceTrivia } blanks ? blanks.ToString() : "";
}
