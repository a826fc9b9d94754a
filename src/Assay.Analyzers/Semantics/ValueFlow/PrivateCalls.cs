using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>The calls of functions that only their own type can call, and what functions return.</summary>
internal static class PrivateCalls
{
    private const int MostCalls = 20;

    /// <summary>All calls of a private method or local function; null when others may call it, too.</summary>
    public static List<IInvocationOperation>? Of(IMethodSymbol method, KnownTypes types, IOperation near, CancellationToken cancellationToken)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
            return InBody(near.Root(), method);
        if (method.MethodKind != MethodKind.Ordinary || method.DeclaredAccessibility != Accessibility.Private || method.GetAttributes().Length > 0)
            return null;
        var calls = new List<IInvocationOperation>();
        foreach (var part in method.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (var node in part.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is not SimpleNameSyntax { Identifier.ValueText: var text } name || text != method.Name)
                    continue;
                if (Call(name, method, types, near, cancellationToken) is not { } call)
                {
                    if (IsOther(name, types, near, cancellationToken))
                        continue;
                    return null;
                }
                calls.Add(call);
                if (calls.Count > MostCalls)
                    return calls;
            }
        }
        return calls.Count == 0 ? null : calls;
    }

    /// <summary>What the function returns; null when its body cannot be seen.</summary>
    public static List<IOperation>? Results(IMethodSymbol method, KnownTypes types, CancellationToken cancellationToken)
    {
        if (method.IsVirtual || method.IsAbstract || method.IsOverride || types.BodyOf(method, cancellationToken) is not { } body)
            return null;
        return ResultsOf(body);
    }

    /// <summary>What the body of a lambda or method returns.</summary>
    public static List<IOperation> ResultsOf(IOperation body)
    {
        var results = new List<IOperation>();
        Collect(body, results);
        return results;
    }

    private static void Collect(IOperation operation, List<IOperation> results)
    {
        if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
            return;
        if (operation is IReturnOperation { ReturnedValue: { } value })
        {
            results.Add(value);
            return;
        }
        foreach (var child in operation.ChildOperations)
            Collect(child, results);
    }

    private static List<IInvocationOperation>? InBody(IOperation root, IMethodSymbol method)
    {
        var calls = new List<IInvocationOperation>();
        foreach (var operation in root.Descendants())
        {
            if (operation is IInvocationOperation call && call.TargetMethod.OriginalDefinition.Is(method.OriginalDefinition))
                calls.Add(call);
        }
        return calls.Count == 0 ? null : calls;
    }

    // A property or a type of the same name.
    private static bool IsOther(SimpleNameSyntax name, KnownTypes types, IOperation near, CancellationToken cancellationToken)
    {
        if (!types.Compilation.ContainsSyntaxTree(name.SyntaxTree))
            return false;
        var model = near.SemanticModel is { } own && own.SyntaxTree == name.SyntaxTree ? own : types.Compilation.GetSemanticModel(name.SyntaxTree);
        return model.GetSymbolInfo(name, cancellationToken).Symbol is { } symbol and not IMethodSymbol;
    }

    // Anything but a call hands the method on.
    private static IInvocationOperation? Call(SimpleNameSyntax name, IMethodSymbol method, KnownTypes types, IOperation near, CancellationToken cancellationToken)
    {
        SyntaxNode expression = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        if (expression.Parent is not InvocationExpressionSyntax invocation || !types.Compilation.ContainsSyntaxTree(name.SyntaxTree))
            return null;
        var model = near.SemanticModel is { } own && own.SyntaxTree == name.SyntaxTree ? own : types.Compilation.GetSemanticModel(name.SyntaxTree);
        // `nameof(Method)` and the call of another overload end the search, too: who cannot tell them apart says nothing.
        return model.GetOperation(invocation, cancellationToken) is IInvocationOperation call && call.TargetMethod.OriginalDefinition.Is(method.OriginalDefinition) ? call : null;
    }
}
