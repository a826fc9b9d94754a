using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Wraps the statements that use the field in a lock statement on its guard.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnguardedAccessFix)), Shared]
public sealed class UnguardedAccessFix() : RuleFix(UnguardedAccess.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(GuardWrap.Propose(site, UnguardedAccess.GateProperty, cancellationToken));
}
