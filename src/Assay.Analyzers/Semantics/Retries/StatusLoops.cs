using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Retries;

/// <summary>Recognises loops that send a request again until its answer says success, without an exception in between.</summary>
internal static class StatusLoops
{
    /// <summary>Whether the loop ends when <c>IsSuccessStatusCode</c> holds, and else goes on.</summary>
    public static bool EndOnSuccess(ILoopOperation loop)
    {
        var ends = loop is IWhileLoopOperation { Condition: { } condition } && IsAsked(condition) && !IsPositive(condition);
        foreach (var operation in RetryLoop.Own(loop, null))
        {
            // The server says that it did nothing, and only this is sent again.
            if (operation is IFieldReferenceOperation { Field: { Name: "TooManyRequests" or "ServiceUnavailable", ContainingType.Name: "HttpStatusCode" } })
                return false;
            if (operation is IConditionalOperation choice && IsAsked(choice.Condition))
                ends |= (IsPositive(choice.Condition) ? choice.WhenTrue : choice.WhenFalse) is { } onSuccess && RetryLoop.LeavesLoop(onSuccess, loop);
        }
        return ends;
    }

    private static bool IsAsked(IOperation condition) => condition.DescendantsAndSelf().Any(IsStatus);

    private static bool IsStatus(IOperation operation) => operation is IPropertyReferenceOperation { Property: { Name: "IsSuccessStatusCode", ContainingType.Name: "HttpResponseMessage" } };

    private static bool IsPositive(IOperation condition) =>
        !condition.DescendantsAndSelf().Any(o => o is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand } && IsStatus(operand.Bare()));
}
