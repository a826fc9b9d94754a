using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Where a constructor gives up being alone with its object: it starts a timer, a thread or a task that runs code of the object, or
/// leaves code of it with an object that others have too. What it does afterwards, others can see.
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
                case IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation raised, HandlerValue: { } handler } when IsShared(raised) && HandsOutThis(handler):
                case IInvocationOperation { TargetMethod.IsStatic: false, Instance: { } receiver } registering when IsGiven(receiver) && (HandsOutCode(registering) || HandsOutItself(registering)):
                case IInvocationOperation { TargetMethod: { IsStatic: true, ReturnsVoid: true } } announcing when HandsOutItself(announcing) && !IsOfFramework(announcing.TargetMethod):
                    return operation.Syntax.Span.End;
            }
        }
        return int.MaxValue;
    }

    // Raised by an object that came from outside, or by a static: it may be raised at once.
    private static bool IsShared(IEventReferenceOperation raised) => raised.Instance is null ? raised.Event.IsStatic : IsGiven(raised.Instance);

    private static bool IsGiven(IOperation receiver) => receiver.Bare() switch
    {
        IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } => true,
        IPropertyReferenceOperation { Instance: { } owner } => IsGiven(owner),
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field => IsSetFromParameter(field),
        _ => false,
    };

    private static bool IsSetFromParameter(IFieldReferenceOperation field)
    {
        foreach (var operation in field.Root().Descendants())
        {
            if (operation is ISimpleAssignmentOperation { Target: IFieldReferenceOperation target } assignment && target.Field.Is(field.Field))
                return assignment.Value.Bare() is IParameterReferenceOperation or ICoalesceOperation { Value: IParameterReferenceOperation };
        }
        return false;
    }

    // Code of the object that somebody keeps; what runs at once is still the constructor.
    private static bool HandsOutCode(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() is IDelegateCreationOperation { Target: var target } && DelegateUses.Of(target) != DelegateUse.Now && HandsOutThis(target))
                return true;
        }
        return false;
    }

    // `registry.Add(this)`: whoever keeps it may use it before the constructor is done. What only looks at it gives a result.
    private static bool HandsOutItself(IInvocationOperation call)
    {
        if (!call.TargetMethod.ReturnsVoid && !IsKeeping(call.TargetMethod.Name))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
                return true;
        }
        return false;
    }

    private static bool IsKeeping(string method)
    {
        foreach (var word in new[] { "Add", "TryAdd", "Register", "Subscribe", "Attach", "Enqueue", "Push", "Track" })
        {
            if (method.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // GC.SuppressFinalize(this), ArgumentNullException.ThrowIfNull(this)
    private static bool IsOfFramework(IMethodSymbol method) => method.DeclaringSyntaxReferences.IsEmpty;

    private static bool HandsOutThis(IEnumerable<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            if (HandsOutThis(argument.Value))
                return true;
        }
        return false;
    }

    private static bool HandsOutThis(IOperation value)
    {
        foreach (var part in value.DescendantsAndSelf())
        {
            if (part is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
                return true;
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
