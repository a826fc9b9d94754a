using System.Composition;
using Assay.Analyzers.Rules.Data;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes.Rules.Data;

/// <summary>Makes the money a decimal, and with it what is computed from it, where all of it compiles afterwards.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MoneyAsFloatFix)), Shared]
public sealed class MoneyAsFloatFix() : RuleFix(MoneyAsFloat.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var edits = new DecimalEdits(site.Solution);
        // An earlier fix may have made it a decimal already.
        if (!edits.AddFirst(site.Node, site.Model, cancellationToken) || edits.IsEmpty)
            return null;
        return await DecimalRewrite.CompleteAsync(edits, site.Solution, site.Document, cancellationToken).ConfigureAwait(false) is { } changed
            ? new Fix("Make it a decimal", changed)
            : null;
    }
}
