using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.Analyzers.Semantics.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Makes a lazy value of a double-checked lock that does nothing else, or mends what is wrong with it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BrokenDoubleCheckFix)), Shared]
public sealed class BrokenDoubleCheckFix() : RuleFix(BrokenDoubleCheck.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        site.Properties.TryGetValue(DoubleCheckFlaw.KindKey, out var kind);
        var fix = kind switch
        {
            DoubleCheckFlaw.MissingCheck => LazyField.Propose(site, cancellationToken) ?? SecondCheck.Propose(site),
            DoubleCheckFlaw.TornRead => LazyField.Propose(site, cancellationToken),
            DoubleCheckFlaw.EarlyPublication => LatePublication.Propose(site),
            _ => null,
        };
        return Task.FromResult(fix);
    }
}
