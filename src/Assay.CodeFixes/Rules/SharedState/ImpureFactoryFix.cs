using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Puts the work of the factory into a Lazy, which only the thread that won runs.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ImpureFactoryFix)), Shared]
public sealed class ImpureFactoryFix() : RuleFix(ImpureFactory.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => LazyValues.ProposeAsync(site, cancellationToken);
}
