using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>
/// Lets one call at a time do the awaited work: an atomic addition, one load for each key in a cache of Assay.Reference, or a semaphore
/// over check and act. A failed load is kept by none of them, and no call is cancelled by the token of another.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StaleAfterAwaitFix)), Shared]
public sealed class StaleAfterAwaitFix() : RuleFix(StaleAfterAwait.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if ((AwaitedSum.Propose(site, cancellationToken) ?? KeyedLoad.Propose(site, cancellationToken) ?? SingleFlight.Propose(site, cancellationToken)) is not { } fix)
            return null;
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }
}
