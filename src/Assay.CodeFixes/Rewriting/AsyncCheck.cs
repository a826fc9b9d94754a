using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Holds a rewritten document to its promise: it compiles as well as before, and a lambda that became async is still taken
/// as what it was, with a task that somebody observes.
/// </summary>
internal sealed class AsyncCheck
{
    private readonly Dictionary<SyntaxNode, (SyntaxAnnotation Mark, string CallType)> _lambdas = [];

    /// <summary>Notes a lambda that will be async; false when its delegate is no argument of a call, so that its type is fixed.</summary>
    public bool Expect(AnonymousFunctionExpressionSyntax lambda, SemanticModel model)
    {
        if (lambda.Parent is not ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call })
            return false;
        _lambdas[lambda] = (new SyntaxAnnotation(), TypeOf(call, model));
        return true;
    }

    /// <summary>Marks the async form of a lambda, to be found in the result.</summary>
    public SyntaxNode Mark(AnonymousFunctionExpressionSyntax original, SyntaxNode current) =>
        _lambdas.TryGetValue(original, out var expected) ? current.WithAdditionalAnnotations(expected.Mark) : current;

    public async Task<bool> HoldsAsync(FixSite before, Document after, CancellationToken cancellationToken)
    {
        var model = await after.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model is null || Errors(model, cancellationToken) > Errors(before.Model, cancellationToken))
            return false;
        var root = await model.SyntaxTree.GetRootAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (mark, callType) in _lambdas.Values)
        {
            if (root.GetAnnotatedNodes(mark).FirstOrDefault() is not AnonymousFunctionExpressionSyntax { Parent: ArgumentSyntax argument } lambda)
                return false;
            if (argument.Parent?.Parent is not InvocationExpressionSyntax call)
                return false;
            // An async lambda given to an Action is async void.
            if (model.GetSymbolInfo(lambda, cancellationToken).Symbol is not IMethodSymbol { ReturnsVoid: false } symbol)
                return false;
            if (!KnownTypes.Of(model.Compilation).IsTaskLike(symbol.ReturnType) || TypeOf(call, model) != callType)
                return false;
        }
        return true;
    }

    private static string TypeOf(ExpressionSyntax call, SemanticModel model) =>
        model.GetTypeInfo(call).Type?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) ?? "";

    private static int Errors(SemanticModel model, CancellationToken cancellationToken) =>
        model.GetDiagnostics(cancellationToken: cancellationToken).Count(d => d.Severity == DiagnosticSeverity.Error);
}
