using System.Composition;
using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Resources;

/// <summary>Builds text with a StringBuilder, searches a HashSet, takes from a Queue.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LoopQuadraticFix)), Shared]
public sealed class LoopQuadraticFix() : RuleFix(LoopQuadratic.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var fix = site.Node switch
        {
            AssignmentExpressionSyntax sum => TextBuilder.Propose(site, sum, cancellationToken),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "RemoveAt" } } removal => DrainedQueue.Propose(site, removal, cancellationToken),
            InvocationExpressionSyntax search => SearchSet.Propose(site, search, cancellationToken),
            _ => null,
        };
        return fix is not null && await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }
}
