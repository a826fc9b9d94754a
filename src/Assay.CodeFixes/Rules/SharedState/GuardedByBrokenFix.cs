using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Wraps the statements that use the member in a lock statement on the guard that its attribute names.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(GuardedByBrokenFix)), Shared]
public sealed class GuardedByBrokenFix() : RuleFix(GuardedByBroken.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(GuardWrap.Propose(site, UnguardedAccess.GateProperty, cancellationToken));
}
