using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Makes the function async, so that its scopes end when the task has ended.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TaskOutlivesScopeFix)), Shared]
public sealed class TaskOutlivesScopeFix() : RuleFix(TaskOutlivesScope.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax task || site.Properties.ContainsKey(TaskOutlivesScope.DetachedProperty))
            return null;
        var rewriting = await AsyncRewrite.AwaitReturnsAsync(site, task, cancellationToken).ConfigureAwait(false);
        return rewriting is null ? null : new Fix("Await the task inside the scope", rewriting.Changed);
    }
}
