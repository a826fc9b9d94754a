using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Makes one atomic operation of the update.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LostUpdateFix)), Shared]
public sealed class LostUpdateFix() : RuleFix(LostUpdate.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => InterlockedUpdate.ProposeAsync(site, cancellationToken);
}
