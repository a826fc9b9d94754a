using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Whether a lambda runs while the member that wrote it runs, or is kept for later.</summary>
internal static class LambdaLifetime
{
    /// <summary>
    /// True when the lambda is an argument of a call whose task is awaited, returned or kept in a local, or of a LINQ
    /// operator; false for event handlers, registrations, stored delegates and work nobody waits for.
    /// </summary>
    public static bool RunsWithinMember(this KnownTypes types, IAnonymousFunctionOperation lambda)
    {
        var value = lambda.Parent;
        while (value is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        if (value is not IArgumentOperation { Parent: IInvocationOperation call })
            return false;
        if (call.TargetMethod.ContainingNamespace is { Name: "Linq", ContainingNamespace.Name: "System" })
            return true;
        return types.IsAwaitable(call.Type) && IsWaitedFor(call);
    }

    private static bool IsWaitedFor(IOperation task)
    {
        var child = task;
        for (var parent = task.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IAwaitOperation or IReturnOperation or IVariableInitializerOperation:
                    return true;
                case ISimpleAssignmentOperation assignment:
                    return assignment.Value == child && assignment.Target is ILocalReferenceOperation;
                case IConversionOperation or IParenthesizedOperation or IArgumentOperation or IConditionalOperation or ICoalesceOperation:
                case IArrayInitializerOperation or IArrayCreationOperation or ICollectionExpressionOperation:
                    continue;
                // Task.WhenAll(…), .ConfigureAwait(false), .Unwrap(), tasks.Add(…).
                case IInvocationOperation call when child is IArgumentOperation || call.Instance == child:
                    if (call.Parent is IExpressionStatementOperation)
                        return child is IArgumentOperation;
                    continue;
                default:
                    return false;
            }
        }
        return false;
    }
}
