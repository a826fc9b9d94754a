using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Where a constructor gives up being alone with its object: it starts a timer, a thread or a task that runs code of the object.
/// What it does afterwards, others can see.
/// </summary>
internal sealed class ConstructionEnds
{
    private readonly Dictionary<IOperation, int> _ends = [];

    /// <summary>Whether the operation stands behind such a start in its constructor.</summary>
    public bool IsBehind(IOperation operation)
    {
        var root = operation.Root();
        if (!_ends.TryGetValue(root, out var end))
            _ends[root] = end = EndOf(root);
        return operation.Syntax.SpanStart > end;
    }

    private static int EndOf(IOperation root)
    {
        foreach (var operation in root.Descendants())
        {
            switch (operation)
            {
                case IInvocationOperation { TargetMethod: { Name: "Run" or "StartNew" or "QueueUserWorkItem", ContainingType.Name: "Task" or "TaskFactory" or "ThreadPool" } } call when HandsOutThis(call.Arguments):
                case IObjectCreationOperation { Type.Name: "Timer", Arguments: { Length: > 1 } arguments } when HandsOutThis(arguments) && IsDue(arguments):
                case IInvocationOperation { TargetMethod: { Name: "Start", ContainingType: { Name: "Thread", ContainingNamespace.Name: "Threading" } } }:
                    return operation.Syntax.Span.End;
            }
        }
        return int.MaxValue;
    }

    private static bool HandsOutThis(IEnumerable<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            foreach (var part in argument.Value.DescendantsAndSelf())
            {
                if (part is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
                    return true;
            }
        }
        return false;
    }

    // A timer that waits for its first Change runs nothing yet.
    private static bool IsDue(IEnumerable<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Name == "dueTime")
                return argument.Value.ConstantValue is not { HasValue: true, Value: -1 or -1L } && !argument.Value.Syntax.ToString().Contains("Infinite");
        }
        return false;
    }
}
