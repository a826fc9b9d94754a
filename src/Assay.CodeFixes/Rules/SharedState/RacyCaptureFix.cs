using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Makes the update atomic, or gives the variable a collection that is made for threads.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RacyCaptureFix)), Shared]
public sealed class RacyCaptureFix() : RuleFix(RacyCapture.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (await InterlockedUpdate.ProposeAsync(site, cancellationToken).ConfigureAwait(false) is { } atomic)
            return atomic;
        var owner = site.Node switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax called } } => called,
            AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax indexed } } => indexed,
            _ => null,
        };
        // What several threads add at once has no order to keep.
        return owner is not null && site.Model.GetSymbolInfo(owner, cancellationToken).Symbol is ILocalSymbol local
            ? await ConcurrentSwap.ProposeAsync(site, local, isUnordered: true, cancellationToken).ConfigureAwait(false)
            : null;
    }
}
