using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Makes one step of a check and the act after it: an atomic call of a concurrent collection, or one lock over both.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CheckThenActFix)), Shared]
public sealed class CheckThenActFix() : RuleFix(CheckThenAct.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        // Plain state has no atomic calls; the lock that others take for it makes one step of the two.
        if (site.Properties.TryGetValue(CheckThenAct.GateProperty, out var gate))
            return Task.FromResult(gate is null ? null : GuardedRange.Propose(site, gate, cancellationToken));
        var fix = CollectionCheck.Of(site) is { } pair
            ? AtomicUpdate.Propose(pair) ?? AtomicGetOrAdd.Propose(pair) ?? AtomicAdd.Propose(pair) ?? AtomicRead.Propose(pair) ?? AtomicTake.Propose(pair)
            : null;
        return Task.FromResult(fix);
    }
}
