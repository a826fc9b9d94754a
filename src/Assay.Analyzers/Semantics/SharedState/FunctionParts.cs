using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Questions about the order of operations within one function.</summary>
internal static class FunctionParts
{
    /// <summary>Whether no lambda or local function lies between the two operations.</summary>
    public static bool IsInSameFunction(this IOperation one, IOperation other) => FunctionOf(one) == FunctionOf(other);

    /// <summary>The first await that control passes between the end of one operation and the end of a later one.</summary>
    public static IOperation? AwaitBetween(IOperation first, IOperation last)
    {
        var function = FunctionOf(last) ?? last.Root();
        foreach (var operation in function.Descendants())
        {
            if (operation is not (IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true }))
                continue;
            if (operation.Syntax.SpanStart < first.Syntax.Span.End || operation.Syntax.SpanStart >= last.Syntax.Span.End)
                continue;
            if (operation.IsInSameFunction(last) && !LeavesBefore(operation, last))
                return operation;
        }
        return null;
    }

    /// <summary>The assignment, call or step that an access is the target of; the access itself otherwise.</summary>
    public static IOperation WholeOf(Access act)
    {
        var whole = act.Operation;
        while (whole.Parent is IConversionOperation or IParenthesizedOperation)
            whole = whole.Parent;
        return whole.Parent switch
        {
            IAssignmentOperation assignment when assignment.Target == whole => assignment,
            IIncrementOrDecrementOperation step => step,
            IInvocationOperation call when call.Instance == whole => call,
            IPropertyReferenceOperation { Parent: IAssignmentOperation assignment } element when assignment.Target == element => assignment,
            IPropertyReferenceOperation { Parent: IIncrementOrDecrementOperation step } => step,
            _ => act.Operation,
        };
    }

    // A branch that ends in a return does not come to what stands after it, and one branch does not come to the other.
    private static bool LeavesBefore(IOperation operation, IOperation last)
    {
        var child = operation;
        for (var around = operation.Parent; around is not null; child = around, around = around.Parent)
        {
            if (around.Syntax.Span.Contains(last.Syntax.Span))
                return around is IConditionalOperation { WhenTrue: var first } && first == child && !child.Syntax.Span.Contains(last.Syntax.Span) || around is ISwitchOperation;
            if (around is IConditionalOperation branch && branch.Condition != child && Controls.Leaves(child) || around is IReturnOperation or IThrowOperation or ICatchClauseOperation)
                return true;
        }
        return false;
    }

    private static IOperation? FunctionOf(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return around;
        }
        return null;
    }
}
