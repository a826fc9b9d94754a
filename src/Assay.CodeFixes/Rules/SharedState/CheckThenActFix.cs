using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Makes one atomic call of a check on a concurrent dictionary or queue and the act after it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CheckThenActFix)), Shared]
public sealed class CheckThenActFix() : RuleFix(CheckThenAct.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var fix = CollectionCheck.Of(site) is { } pair
            ? AtomicUpdate.Propose(pair) ?? AtomicGetOrAdd.Propose(pair) ?? AtomicAdd.Propose(pair) ?? AtomicRead.Propose(pair) ?? AtomicTake.Propose(pair)
            : null;
        return Task.FromResult(fix);
    }
}
