using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// Recognises methods that do nothing but wait for a task they are given, such as <c>EnsureCompleted(this Task task)</c>:
/// whether the task is complete, and whether blocking is right, is known where they are called.
/// </summary>
internal static class WaitAdapters
{
    /// <summary>Whether the wait is all that the method around it is for.</summary>
    public static bool IsAdapter(this KnownTypes types, TaskWait wait)
    {
        if (GivenTo(wait.Awaited) is not { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, IsAsync: false } method)
            return false;
        // A tool for everybody stands in a static class, or is the synchronous half of a pair; a member of any other type has
        // work of its own, which it could as well do asynchronously.
        if (!method.ContainingType.IsStatic && !DualCode.IsSyncHalf(method.ContainingType))
            return false;
        if (!ReturnsOutcome(types, method, wait.Awaited.Unwrap().Type) || BodyAround(wait.Operation, method) is not { } body)
            return false;
        foreach (var operation in body.Descendants())
        {
            switch (operation)
            {
                case IAwaitOperation or ILoopOperation:
                    return false;
                // Whatever else it does with code of its own is work, and the wait is part of that.
                case IInvocationOperation { TargetMethod.MethodKind: not MethodKind.DelegateInvoke } call when !call.TargetMethod.DeclaringSyntaxReferences.IsEmpty:
                    return false;
                case IObjectCreationOperation creation when !creation.Type.IsOrInherits(types.Exception) && creation.Type is { DeclaringSyntaxReferences.IsEmpty: false }:
                    return false;
            }
        }
        return true;
    }

    // The method one of whose parameters is waited for: the task itself, or its source.
    private static IMethodSymbol? GivenTo(IOperation awaited)
    {
        var bare = TaskWaits.Bare(awaited);
        if (bare is IPropertyReferenceOperation { Property: { Name: "Task", ContainingType.Name: "TaskCompletionSource" }, Instance: { } source })
            bare = TaskWaits.Bare(source);
        return bare is IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol method } ? method : null;
    }

    // An adapter hands on what the task gives, whether it came in time, or that it is done; a method that makes something
    // else of the result is a consumer, which could as well be async.
    private static bool ReturnsOutcome(KnownTypes types, IMethodSymbol method, ITypeSymbol? task)
    {
        var returned = method.ReturnType;
        if (method.ReturnsVoid || returned.SpecialType == SpecialType.System_Boolean || types.IsTaskLike(returned))
            return true;
        return task is INamedTypeSymbol { TypeArguments: { Length: 1 } result } && result[0].Is(returned);
    }

    private static IOperation? BodyAround(IOperation operation, IMethodSymbol method)
    {
        var body = operation;
        for (var parent = operation.Parent; parent is not null; body = parent, parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation)
                return null;
            if (parent is ILocalFunctionOperation local)
                return local.Symbol.Is(method) ? local : null;
        }
        return method.MethodKind == MethodKind.LocalFunction ? null : body;
    }
}
