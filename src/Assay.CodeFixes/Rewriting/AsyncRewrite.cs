using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Puts an <c>await</c> where there was none and follows the consequences: the function around it becomes async, the calls
/// of that function are awaited, the functions around those become async, and so on. All of it happens in one document, or
/// not at all.
/// </summary>
internal sealed class AsyncRewrite
{
    private readonly FixSite _site;
    private readonly Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> _edits = [];
    private readonly Queue<ExpressionSyntax> _awaits = new();
    private readonly HashSet<SyntaxNode> _functions = [];
    private readonly AsyncCheck _check = new();
    private readonly AsyncReturns _returns;

    private AsyncRewrite(FixSite site)
    {
        _site = site;
        _returns = new AsyncReturns(site.Model);
    }

    /// <summary>
    /// The document in which <paramref name="place"/> awaits; null when that cannot be done without a change elsewhere, or
    /// when the result would not compile.
    /// </summary>
    /// <param name="site">The finding to fix.</param>
    /// <param name="place">The expression that the await replaces.</param>
    /// <param name="awaited">What to await, made from <paramref name="place"/>, whose parts may have been rewritten already.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<AsyncRewriting?> AwaitAsync(
        FixSite site,
        ExpressionSyntax place,
        Func<ExpressionSyntax, ExpressionSyntax> awaited,
        CancellationToken cancellationToken)
    {
        var rewrite = new AsyncRewrite(site);
        rewrite.Await(place, awaited);
        return await rewrite.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The document in which the function around <paramref name="place"/> is async and awaits the tasks that it handed out; null as above.</summary>
    public static Task<AsyncRewriting?> AwaitReturnsAsync(FixSite site, ExpressionSyntax place, CancellationToken cancellationToken)
    {
        var rewrite = new AsyncRewrite(site);
        rewrite._awaits.Enqueue(place);
        return rewrite.FinishAsync(cancellationToken);
    }

    private async Task<AsyncRewriting?> FinishAsync(CancellationToken cancellationToken)
    {
        while (_awaits.Count > 0)
        {
            if (!await AllowAsync(_awaits.Dequeue(), cancellationToken).ConfigureAwait(false))
                return null;
        }
        var root = _site.Root.ReplaceNodes(_edits.Keys, (original, current) => _edits[original](current));
        var changed = _site.Document.WithSyntaxRoot(AsyncReturns.Settle(root));
        if (!await _check.HoldsAsync(_site, changed, cancellationToken).ConfigureAwait(false))
            return null;
        return new AsyncRewriting(changed.Project.Solution, [.. _functions]);
    }

    private void Await(ExpressionSyntax place, Func<ExpressionSyntax, ExpressionSyntax> awaited)
    {
        Edit(place, current => AwaitSyntax.Await(awaited((ExpressionSyntax)current), place));
        _awaits.Enqueue(place);
    }

    // Sees to it that an await is allowed at the place.
    private async Task<bool> AllowAsync(ExpressionSyntax place, CancellationToken cancellationToken)
    {
        if (!place.AllowsAwait() || AsyncFunction.Around(place) is not { } function)
            return false;
        // Statements at the top level of a program may await as they are.
        if (function is CompilationUnitSyntax || AsyncFunction.IsAsync(function) || !_functions.Add(function))
            return true;
        if (AsyncFunction.SymbolOf(function, _site.Model, cancellationToken) is not { } symbol || !AsyncFunction.CanBecomeAsync(function, symbol, _site.Model))
            return false;
        var types = KnownTypes.Of(_site.Model.Compilation);
        if (types.IsTaskLike(symbol.ReturnType))
        {
            Edit(function, AsyncFunction.MakeAsync);
            return _returns.TryRewrite(function, symbol, Edit);
        }
        if (function is AnonymousFunctionExpressionSyntax lambda)
        {
            Edit(function, current => _check.Mark(lambda, AsyncFunction.MakeAsync(current)));
            return _check.Expect(lambda, _site.Model);
        }
        Edit(function, current => AsyncFunction.MakeAsync(AsyncFunction.ReturnTask(current, symbol.ReturnsVoid)));
        return await AwaitCallsAsync(symbol, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AwaitCallsAsync(IMethodSymbol function, CancellationToken cancellationToken)
    {
        foreach (var found in await SymbolFinder.FindReferencesAsync(function, _site.Solution, cancellationToken).ConfigureAwait(false))
        {
            foreach (var reference in found.Locations)
            {
                // Whoever calls it from another file would have to change there.
                if (reference.Document.Id != _site.Document.Id)
                    return false;
                var token = _site.Root.FindToken(reference.Location.SourceSpan.Start, findInsideTrivia: true);
                if (IsOnlyNamed(token))
                    continue;
                if (CallOf(token) is not { } call)
                    return false;
                if (!_edits.ContainsKey(call))
                    Await(call, current => current);
            }
        }
        return true;
    }

    private static bool IsOnlyNamed(SyntaxToken name) =>
        name.Parent is { } node
        && (node.FirstAncestorOrSelf<DocumentationCommentTriviaSyntax>() is not null
            || node.FirstAncestorOrSelf<InvocationExpressionSyntax>(i => i.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" }) is not null);

    // The call that the name is the callee of; null for a method group and for `x?.M()`, which an await would break on null.
    private static InvocationExpressionSyntax? CallOf(SyntaxToken name)
    {
        if (name.Parent is not SimpleNameSyntax simple)
            return null;
        var callee = simple.Parent is MemberAccessExpressionSyntax access && access.Name == simple ? access : (ExpressionSyntax)simple;
        if (callee.Parent is not InvocationExpressionSyntax call || call.Expression != callee)
            return null;
        return IsBehindNullTest(call) ? null : call;
    }

    private static bool IsBehindNullTest(ExpressionSyntax call)
    {
        for (var parent = call.Parent as ExpressionSyntax; parent is not null; parent = parent.Parent as ExpressionSyntax)
        {
            if (parent is ConditionalAccessExpressionSyntax access && access.WhenNotNull.Span.Contains(call.Span))
                return true;
        }
        return false;
    }

    private void Edit(SyntaxNode node, Func<SyntaxNode, SyntaxNode> edit)
    {
        _edits[node] = _edits.TryGetValue(node, out var first) ? current => edit(first(current)) : edit;
    }
}

/// <summary>The outcome of putting in an await.</summary>
/// <param name="Changed">The solution after it.</param>
/// <param name="MadeAsync">The functions that became async, the one around the await first.</param>
internal sealed record AsyncRewriting(Solution Changed, IReadOnlyList<SyntaxNode> MadeAsync);
