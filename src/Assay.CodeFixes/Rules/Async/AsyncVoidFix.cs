using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.Analyzers.Semantics;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Returns a task from async void methods whose callers can await it, and turns parallel loops into ones that wait.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AsyncVoidFix)), Shared]
public sealed class AsyncVoidFix() : RuleFix(AsyncVoid.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => site.Node switch
    {
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => await ReturnTaskAsync(site, cancellationToken).ConfigureAwait(false),
        AnonymousFunctionExpressionSyntax lambda => await WaitForLoopAsync(site, lambda, cancellationToken).ConfigureAwait(false),
        _ => null,
    };

    private static async Task<Fix?> ReturnTaskAsync(FixSite site, CancellationToken cancellationToken)
    {
        var change = new TaskReturning(site.Solution);
        if (!await change.TryAddAsync(site.Document, site.Node, site.Model, cancellationToken).ConfigureAwait(false))
            return null;
        return new Fix("Return a task", await change.ApplyAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<Fix?> WaitForLoopAsync(FixSite site, AnonymousFunctionExpressionSyntax lambda, CancellationToken cancellationToken)
    {
        if (ParallelLoop.Of(lambda, site.Model, cancellationToken) is not { } loop)
            return null;
        var change = new TaskReturning(site.Solution);
        change.Edit(site.Document.Id, lambda, loop.WithToken);
        change.Edit(site.Document.Id, loop.Call, loop.Awaited);
        if (!AsyncPlace.CanAwait(loop.Call) && !await TryMakeAsync(change, site, loop.Call, cancellationToken).ConfigureAwait(false))
            return null;
        return new Fix($"Wait with '{loop.AsyncName}'", await change.ApplyAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<bool> TryMakeAsync(TaskReturning change, FixSite site, SyntaxNode call, CancellationToken cancellationToken)
    {
        if (!call.AllowsAwait())
            return false;
        return AsyncPlace.EnclosingFunction(call) is (MethodDeclarationSyntax or LocalFunctionStatementSyntax) and { } function
            && await change.TryAddAsync(site.Document, function, site.Model, cancellationToken).ConfigureAwait(false);
    }
}
