using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Best effort: work that only takes things down or only reports, where a failure has nobody to act on it.</summary>
internal static class Cleanup
{
    /// <summary>Whether every call inside tidies up or writes a log line, and there is one.</summary>
    public static bool IsAllOf(IOperation body, KnownTypes types)
    {
        var any = false;
        foreach (var inner in body.Descendants())
        {
            if (inner is not IInvocationOperation { TargetMethod: var method } call)
                continue;
            if (method.Name is "ConfigureAwait" or "Exists" or "GetAwaiter" or "GetResult")
                continue;
            if (!TidiesUp(method.Name) && !types.IsLogCall(call))
                return false;
            any = true;
        }
        return any;
    }

    /// <summary>
    /// Whether the body only waits for a task that was begun elsewhere: its failure stays in the task, for whoever began it.
    /// </summary>
    public static bool IsWaitForTask(IOperation body) =>
        body is IBlockOperation { Operations: { Length: 1 } only } && only[0] is IExpressionStatementOperation { Operation: var waited } && waited switch
        {
            IAwaitOperation { Operation: IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } } => IsHeld(task),
            IAwaitOperation awaited => IsHeld(awaited.Operation),
            IInvocationOperation { TargetMethod.Name: "Wait", Instance: { } task } => IsHeld(task),
            _ => false,
        };

    private static bool IsHeld(IOperation task) =>
        task.Unwrap() is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation;

    private static bool TidiesUp(string method) => method switch
    {
        "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" or "Kill" or "Delete" or "DeleteAsync" or "Shutdown"
            or "Abort" or "Disconnect" or "DisconnectAsync" or "Rollback" or "RollbackAsync" or "Cancel" or "CancelAsync"
            or "Unsubscribe" or "Release" or "Stop" => true,
        _ => false,
    };
}
