using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Where each function awaits for the first time. What stands behind it may run when the caller has long gone on, and given back
/// the locks of its thread.
/// </summary>
internal sealed class FirstAwaits
{
    private readonly Dictionary<IOperation, int> _first = [];

    /// <summary>Whether the operation may run after the first await of the function around it.</summary>
    public bool IsBehind(IOperation operation)
    {
        var function = operation;
        ILoopOperation? loop = null;
        while (function.Parent is { } parent && function is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
        {
            // What is assigned from an await is written when that is over.
            if (parent is IAssignmentOperation assignment && assignment.Target == function && Awaits(assignment.Value))
                return true;
            loop = parent as ILoopOperation ?? loop;
            function = parent;
        }
        if (!_first.TryGetValue(function, out var first))
            _first[function] = first = FirstIn(function);
        if (first == int.MaxValue)
            return false;
        // The second round of a loop comes behind the await of the first.
        return operation.Syntax.SpanStart >= first || loop is not null && loop.Syntax.Span.Contains(first - 1);
    }

    private static bool Awaits(IOperation value) => value is IAwaitOperation || FirstIn(value) != int.MaxValue;

    private static int FirstIn(IOperation function)
    {
        foreach (var child in function.ChildOperations)
        {
            if (child is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            if (child is IForEachLoopOperation { IsAsynchronous: true } each)
                return Math.Min(FirstIn(each.Collection), each.Collection.Syntax.Span.End);
            // The innermost of nested awaits comes first.
            if (FirstIn(child) is < int.MaxValue and var inner)
                return inner;
            if (child is IAwaitOperation)
                return child.Syntax.Span.End;
        }
        return int.MaxValue;
    }
}
