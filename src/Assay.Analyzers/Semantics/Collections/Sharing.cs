using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>Whether another thread can reach an object while an operation uses it.</summary>
internal static class Sharing
{
    /// <summary>
    /// The expression that stands for an object wherever it is used: a chain of fields, properties, array elements and indexers
    /// from this, a static, a parameter or a local, with a local that only names such a chain replaced by the chain. Null when
    /// a call or a new object stands in the chain, for that may be another object every time.
    /// </summary>
    public static IOperation? Path(IOperation operation)
    {
        var path = SameValue.Bare(operation);
        if (path is ILocalReferenceOperation local && LocalWrites.OnlyValue(local) is { } value && SameValue.Bare(value) is IFieldReferenceOperation or IPropertyReferenceOperation)
            return Path(LocalWrites.OnlyValue(local)!) ?? path;
        return Start(path) is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }
            or ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation { Instance: null } ? path : null;
    }

    /// <summary>Whether the object at the end of the path is still in the hands of one thread at <paramref name="place"/>.</summary>
    public static bool IsOwned(IOperation path, IOperation place, ISymbol containing)
    {
        var start = Start(path);
        switch (start)
        {
            // An object under construction is not shared yet, unless a lambda outlives the constructor.
            case IInstanceReferenceOperation:
                return containing is IMethodSymbol { MethodKind: MethodKind.Constructor } && containing.Is(place.EnclosingFunction(containing));
            case IMemberReferenceOperation { Instance: null }:
                return containing is IMethodSymbol { MethodKind: MethodKind.StaticConstructor } && containing.Is(place.EnclosingFunction(containing));
            case ILocalReferenceOperation local:
                return IsCreatedHere(local.Local, place) && !RunsConcurrently(place, local.Local) && !IsStoredBefore(local.Local, place);
            default:
                return false;
        }
    }

    private static IOperation Start(IOperation path)
    {
        while (true)
        {
            var inner = path switch
            {
                IMemberReferenceOperation { Instance: { } instance } => instance,
                IArrayElementReferenceOperation element => element.ArrayReference,
                _ => null,
            };
            if (inner is null)
                return path;
            path = SameValue.Bare(inner);
        }
    }

    private static bool IsCreatedHere(ILocalSymbol local, IOperation place)
    {
        foreach (var value in LocalWrites.Reaching(local, place))
        {
            if (OwnObjects.IsCreation(value))
                return true;
        }
        return false;
    }

    private static bool IsStoredBefore(ILocalSymbol local, IOperation place)
    {
        foreach (var operation in place.Root().Descendants())
        {
            if (operation.Syntax.SpanStart >= place.Syntax.SpanStart)
                continue;
            if (operation is IAssignmentOperation { Target: IMemberReferenceOperation, Value: { } value } && value.Unwrap() is ILocalReferenceOperation stored && stored.Local.Is(local))
                return true;
        }
        return false;
    }

    // Whether the place lies in a lambda or local function that captures the local and that several threads may run.
    private static bool RunsConcurrently(IOperation place, ILocalSymbol local)
    {
        for (var around = place.Parent; around is not null; around = around.Parent)
        {
            var function = around switch
            {
                IAnonymousFunctionOperation lambda => lambda.Symbol,
                ILocalFunctionOperation named => named.Symbol,
                _ => null,
            };
            if (function is null)
                continue;
            if (function.Is(local.ContainingSymbol))
                return false;
            if (around is IAnonymousFunctionOperation ? IsHandedToThreads(around) : IsNamedForThreads(around, function))
                return true;
        }
        return false;
    }

    private static bool IsNamedForThreads(IOperation declaration, IMethodSymbol function)
    {
        foreach (var operation in declaration.Root().Descendants())
        {
            switch (operation)
            {
                case IMethodReferenceOperation reference when reference.Method.Is(function) && IsHandedToThreads(reference):
                    return true;
                case IInvocationOperation call when call.TargetMethod.Is(function):
                    for (var around = call.Parent; around is not null; around = around.Parent)
                    {
                        if (around is IAnonymousFunctionOperation && IsHandedToThreads(around))
                            return true;
                    }
                    break;
            }
        }
        return false;
    }

    private static bool IsHandedToThreads(IOperation function)
    {
        var child = function;
        while (child.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        if (child.Parent is not IArgumentOperation argument)
            return false;
        var type = argument.Parent switch
        {
            IInvocationOperation call => call.TargetMethod.ContainingType,
            IObjectCreationOperation creation => creation.Constructor?.ContainingType,
            _ => null,
        };
        return type is not null && (StartsThreads(type) || function is IAnonymousFunctionOperation { Symbol.IsAsync: true });
    }

    // Tasks, threads, timers, Parallel, PLINQ, and the endpoints of ASP.NET Core, each of which serves many requests at once.
    private static bool StartsThreads(INamedTypeSymbol type)
    {
        if (type.Name == "ParallelEnumerable")
            return true;
        for (var space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space is { Name: "Threading", ContainingNamespace.Name: "System" } or { Name: "AspNetCore", ContainingNamespace.Name: "Microsoft" })
                return true;
        }
        return false;
    }
}
