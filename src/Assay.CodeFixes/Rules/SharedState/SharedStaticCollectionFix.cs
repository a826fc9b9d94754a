using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Gives the static field the concurrent collection that has all the members the code uses.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SharedStaticCollectionFix)), Shared]
public sealed class SharedStaticCollectionFix() : RuleFix(SharedStaticCollection.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        site.Node is VariableDeclaratorSyntax declarator && site.Model.GetDeclaredSymbol(declarator, cancellationToken) is IFieldSymbol field
            ? await ConcurrentSwap.ProposeAsync(site, field, isUnordered: false, cancellationToken).ConfigureAwait(false)
            : null;
}
