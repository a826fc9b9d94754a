using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Finds tasks that a function without <c>async</c> starts and hands to its caller, who sees them end long after the function has.</summary>
internal static class ReturnedTasks
{
    /// <summary>The call whose running task is returned; null when the function awaits, or the task is complete already.</summary>
    public static IInvocationOperation? StartedBy(IReturnOperation returned, ISymbol containing, KnownTypes types)
    {
        // A `yield return` hands out one of many.
        if (returned is not { Kind: OperationKind.Return, ReturnedValue: { } value })
            return null;
        if (returned.EnclosingFunction(containing) is not { IsAsync: false } function || !types.IsTaskLike(function.ReturnType))
            return null;
        return Call(value, types, mayFollow: true);
    }

    private static IInvocationOperation? Call(IOperation value, KnownTypes types, bool mayFollow)
    {
        switch (value.Bare())
        {
            case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "AsValueTask", Instance: { } configured }:
                return Call(configured, types, mayFollow);
            // Reflection and delegates typed object hide what they call: the exceptions of the call itself are what is caught there.
            case IInvocationOperation call when types.IsTaskLike(call.Type):
                return IsComplete(call, types) ? null : call;
            case IObjectCreationOperation { Type.Name: "ValueTask", Arguments: { Length: 1 } made } when types.IsTaskLike(made[0].Value.Type):
                return Call(made[0].Value, types, mayFollow);
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return Call(choice.WhenTrue, types, mayFollow) ?? Call(otherwise, types, mayFollow);
            case ISwitchExpressionOperation choice:
                return choice.Arms.Select(a => Call(a.Value, types, mayFollow)).FirstOrDefault(c => c is not null);
            case ICoalesceOperation choice:
                return Call(choice.WhenNull, types, mayFollow);
            case ILocalReferenceOperation local when mayFollow && LocalWrites.OnlyValue(local) is { } started:
                return Call(started, types, mayFollow: false);
            default:
                return null;
        }
    }

    private static bool IsComplete(IInvocationOperation call, KnownTypes types)
    {
        var method = call.TargetMethod;
        // A continuation sees the failure itself; `WhenAny` never fails.
        if (method.Name is "FromResult" or "FromException" or "FromCanceled" or "ContinueWith" or "WhenAny")
            return true;
        return CompletedMembers.Of(types).IsAlwaysComplete(method);
    }
}
