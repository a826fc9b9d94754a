using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>One function as data rules read it: its own operations, and the functions of the compilation that it calls.</summary>
internal static class FunctionScope
{
    private const int MostBodies = 4;

    /// <summary>The lambda, local function or member body that the operation belongs to.</summary>
    public static IOperation Around(IOperation operation)
    {
        var current = operation;
        while (current.Parent is { } parent)
        {
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
                break;
            current = parent;
        }
        return current switch
        {
            IAnonymousFunctionOperation lambda => lambda.Body,
            ILocalFunctionOperation { Body: { } body } => body,
            _ => current,
        };
    }

    /// <summary>The operations of the function in the order of the text, without those of functions in it.</summary>
    public static IEnumerable<IOperation> Own(IOperation function) => RetryLoop.Own(function, null);

    /// <summary>
    /// The body that the call runs: of a method of the compilation, or of the only class that implements the called interface
    /// member; null where it cannot be seen.
    /// </summary>
    public static IOperation? BodyOf(IInvocationOperation call, KnownTypes types, CancellationToken cancellationToken)
    {
        var method = call.TargetMethod;
        if (method.DeclaringSyntaxReferences.Length == 0)
            return null;
        if (!method.IsAbstract && method.ContainingType.TypeKind != TypeKind.Interface)
            return types.BodyOf(method, cancellationToken);
        return OnlyImplementation(method.OriginalDefinition, types) is { } only ? types.BodyOf(only, cancellationToken) : null;
    }

    /// <summary>What the function gives back, at each of its ends.</summary>
    public static IEnumerable<IOperation> Results(IOperation body)
    {
        foreach (var operation in Own(body))
        {
            if (operation is IReturnOperation { ReturnedValue: { } value })
                yield return value;
        }
    }

    private static IMethodSymbol? OnlyImplementation(IMethodSymbol method, KnownTypes types)
    {
        IMethodSymbol? only = null;
        var seen = 0;
        foreach (var member in types.Compilation.GetSymbolsWithName(method.Name, SymbolFilter.Member))
        {
            if (member is not IMethodSymbol { IsAbstract: false, ContainingType: { TypeKind: TypeKind.Class } type } candidate || !Implements(candidate, type, method))
                continue;
            only = candidate;
            if (++seen > 1 || seen > MostBodies)
                return null;
        }
        return only;
    }

    private static bool Implements(IMethodSymbol candidate, INamedTypeSymbol type, IMethodSymbol method)
    {
        if (method.ContainingType.TypeKind != TypeKind.Interface)
            return candidate.OverriddenMethod?.OriginalDefinition.Is(method) == true;
        foreach (var face in type.AllInterfaces)
        {
            if (!face.OriginalDefinition.Is(method.ContainingType))
                continue;
            foreach (var promised in face.GetMembers(method.Name))
            {
                if (promised.OriginalDefinition.Is(method) && type.FindImplementationForInterfaceMember(promised).Is(candidate))
                    return true;
            }
        }
        return false;
    }
}
