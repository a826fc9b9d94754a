using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>What evaluating one operation changes in the facts about tasks.</summary>
internal sealed class TaskCompletionTransfer
{
    private static readonly ImmutableHashSet<string> s_growing = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "Add", "AddRange", "AddFirst", "AddLast", "AddOrUpdate", "Enqueue", "EnqueueRange", "GetOrAdd", "Insert", "InsertRange",
        "Push", "TryAdd", "TryEnqueue");

    private readonly KnownTypes _types;
    private readonly TaskCompletionValues _values;
    private readonly VariableWrites _writes;

    private TaskCompletionTransfer(KnownTypes types, TaskCompletionValues values, VariableWrites writes, IReadOnlyDictionary<CaptureId, IOperation>? captured)
    {
        _types = types;
        _values = values;
        _writes = writes;
        Conditions = new TaskCompletionConditions(types, values, captured);
        Lambdas = new TaskCompletionLambdas(types, values, writes, Conditions);
    }

    public TaskCompletionConditions Conditions { get; }

    public TaskCompletionLambdas Lambdas { get; }

    /// <summary>The transfer for a function with no other around it.</summary>
    public static TaskCompletionTransfer ForRoot(KnownTypes types, IOperation root) =>
        new(types, new TaskCompletionValues(types, root.SemanticModel), VariableWrites.In(root), null);

    /// <summary>The transfer for one graph of the function or of a function inside it.</summary>
    public TaskCompletionTransfer For(ControlFlowGraph graph) => new(_types, _values, _writes, SingleCaptures(graph));

    /// <summary>The operations below and including <paramref name="root"/> in the order of evaluation; the bodies of lambdas are left out.</summary>
    public static List<IOperation> InOrder(IOperation root)
    {
        var order = new List<IOperation>();
        var pending = new Stack<IOperation>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            var operation = pending.Pop();
            order.Add(operation);
            if (operation is INameOfOperation)
                continue;
            foreach (var child in operation.ChildOperations)
                pending.Push(child);
        }
        order.Reverse();
        return order;
    }

    public TaskCompletionFacts After(IOperation root, TaskCompletionFacts facts)
    {
        foreach (var operation in InOrder(root))
            facts = Step(operation, facts);
        return facts;
    }

    /// <summary>The facts after the operation, whose parts have been evaluated already.</summary>
    public TaskCompletionFacts Step(IOperation operation, TaskCompletionFacts facts)
    {
        switch (operation)
        {
            case ISimpleAssignmentOperation assignment:
                return Assign(TaskCompletionPlace.Of(assignment.Target), assignment.Target, assignment.Value, facts);
            case IFlowCaptureOperation capture:
                return Assign(TaskCompletionPlace.Of(capture.Id), null, capture.Value, facts);
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruct(deconstruction, facts);
            case ICompoundAssignmentOperation compound:
                return Forget(compound.Target, facts);
            case IIncrementOrDecrementOperation increment:
                return Forget(increment.Target, facts);
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                return Forget(argument.Value, facts);
            case IAwaitOperation wait:
                return Conditions.WithAll(wait.Operation, facts.Keeping(Lambdas.IsKept));
            case IPropertyReferenceOperation { Property.Name: "Result", Instance: { } task } when _types.IsTaskLike(task.Type):
                return Conditions.WithAll(task, facts);
            case IInvocationOperation call:
                return Call(call, facts);
            default:
                return facts;
        }
    }

    /// <summary>What is known if the operation throws; null for one that is taken not to throw.</summary>
    public TaskCompletionFacts? FactsIfThrown(IOperation operation, TaskCompletionFacts before, TaskCompletionFacts after) => operation switch
    {
        // A task throws out of its await when it has completed, unless the wait for it was cut short.
        IAwaitOperation { Operation: var awaited } => TaskWaits.Bare(awaited) is IInvocationOperation { TargetMethod.Name: "WaitAsync" } ? before : after,
        IInvocationOperation { TargetMethod.Name: "Wait", Arguments.IsEmpty: true } => after,
        IInvocationOperation call when _types.IsTaskLike(call.TargetMethod.ContainingType) => null,
        IPropertyReferenceOperation { Property.Name: "Result", Instance.Type: var type } when _types.IsTaskLike(type) => after,
        IInvocationOperation { TargetMethod.Name: "GetResult" } => after,
        IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait" } => null,
        // Building the list of tasks to wait for is taken not to fail.
        IInvocationOperation query when query.TargetMethod.ContainingType.Is(_types["System.Linq.Enumerable"]) => null,
        IInvocationOperation or IObjectCreationOperation => before,
        _ => null,
    };

    private TaskCompletionFacts Assign(TaskCompletionPlace? target, IOperation? written, IOperation value, TaskCompletionFacts facts)
    {
        if (target is null)
            return facts;
        var complete = _values.IsComplete(value, facts);
        if (written is IArrayElementReferenceOperation or IPropertyReferenceOperation { Arguments.IsEmpty: false } && target.Owner is { } collection)
            return Put(value, collection, complete ? facts : facts.WithoutElementsOf(collection));
        var ifTrue = IsFlag(value.Type) ? Conditions.Apply(value, true, facts) : null;
        facts = facts.Without(target);
        if (ifTrue is not null)
            return IsNeverTrue(value) ? facts.WithNeverTrue(target) : facts.WithFlag(target, ifTrue);
        if (value is IPropertyReferenceOperation { Property.Name: "Status", Instance: { } observed } && _types.IsTaskLike(observed.Type))
            return ImplyAll(target, observed, facts);
        var named = TaskCompletionPlace.Of(value);
        foreach (var effect in _values.CompleteWith(value))
        {
            if (effect.DependsOn(target))
                continue;
            facts = facts.WithImplication(target, effect);
            if (effect.Equals(named))
                facts = facts.WithImplication(effect, target);
        }
        return complete ? facts.With(target) : WinnerAt(written, value, facts);
    }

    private TaskCompletionFacts ImplyAll(TaskCompletionPlace cause, IOperation value, TaskCompletionFacts facts)
    {
        foreach (var effect in _values.CompleteWith(value))
            facts = facts.WithImplication(cause, effect);
        return facts;
    }

    private static bool IsFlag(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_Boolean }
        || (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && IsFlag(nullable.TypeArguments[0]));

    // `var i = Task.WaitAny(tasks); tasks[i].Result`.
    private TaskCompletionFacts WinnerAt(IOperation? written, IOperation value, TaskCompletionFacts facts) =>
        written is ILocalReferenceOperation { Local: var index }
        && _values.IsTaskMethod(value, "WaitAny")
        && value.Unwrap() is IInvocationOperation { Arguments: { Length: 1 } arguments }
        && TaskCompletionPlace.Of(arguments.At(0).Value) is { } collection
            ? facts.WithElement(collection, index)
            : facts;

    private static bool IsNeverTrue(IOperation value) => value switch
    {
        IDefaultValueOperation => true,
        { ConstantValue: { HasValue: true, Value: false or null } } => true,
        IConversionOperation { OperatorMethod: null } conversion => IsNeverTrue(conversion.Operand),
        _ => false,
    };

    // The collection holds the value now: when all its tasks are complete, so is this one.
    private TaskCompletionFacts Put(IOperation value, TaskCompletionPlace collection, TaskCompletionFacts facts)
    {
        foreach (var effect in _values.CompleteWith(value))
        {
            if (!effect.DependsOn(collection))
                facts = facts.WithImplication(collection, effect);
        }
        return facts;
    }

    private TaskCompletionFacts Deconstruct(IDeconstructionAssignmentOperation deconstruction, TaskCompletionFacts facts)
    {
        var complete = _values.IsComplete(deconstruction.Value, facts);
        var parts = (deconstruction.Value.Unwrap() as ITupleOperation)?.Elements;
        var before = facts;
        var targets = deconstruction.Target.Unwrap() switch
        {
            ITupleOperation tuple => tuple.Elements,
            IDeclarationExpressionOperation { Expression: ITupleOperation tuple } => tuple.Elements,
            _ => [],
        };
        for (var i = 0; i < targets.Length; i++)
        {
            var target = targets[i] is IDeclarationExpressionOperation declaration ? declaration.Expression : targets[i];
            facts = Forget(target, facts);
            var isComplete = parts is { } values && values.Length == targets.Length ? _values.IsComplete(values[i], before) : complete;
            if (isComplete && TaskCompletionPlace.Of(target) is { } place)
                facts = facts.With(place);
        }
        return facts;
    }

    private TaskCompletionFacts Call(IInvocationOperation call, TaskCompletionFacts facts)
    {
        var method = call.TargetMethod;
        if (_types.IsTaskLike(method.ContainingType) || TaskWaits.Receiver(call) is { } own && TaskWaits.Bare(own) != own)
            return CallOnTask(call, facts);
        // Code elsewhere may write to fields and to variables that lambdas write to.
        facts = facts.Keeping(Lambdas.IsKept);
        foreach (var argument in call.Arguments)
        {
            if (ReturnsOnlyIf(argument.Parameter) is { } outcome)
                facts = Conditions.Apply(argument.Value, outcome, facts);
        }
        // Who asked to be called back has seen to the completion itself.
        if (method.Name is "OnCompleted" or "UnsafeOnCompleted" && call.Instance is { } awaiter)
            return Conditions.WithAll(awaiter, facts);
        // `((IAsyncResult)task).AsyncWaitHandle.WaitOne()`: the handle is set when the task is complete.
        if (call is { TargetMethod.Name: "WaitOne", Arguments.IsEmpty: true, Instance: IPropertyReferenceOperation { Property.Name: "AsyncWaitHandle", Instance: { } signalled } })
            return Conditions.WithAll(signalled, facts);
        if (call.Instance is { } source && CompletedSource(method) is { } task && TaskCompletionPlace.Of(source) is { } place)
            facts = facts.With(place.Member(task));
        if (call.Instance is { } instance && s_growing.Contains(method.Name) && TaskCompletionPlace.Of(instance) is { } collection)
            facts = Grow(call, collection, facts);
        return facts;
    }

    // `source.TrySetResult(…)`: whatever it answers, the task of the source is complete now.
    private static ISymbol? CompletedSource(IMethodSymbol method)
    {
        if (method.ContainingType.Name != "TaskCompletionSource")
            return null;
        if (!method.Name.StartsWith("Set", StringComparison.Ordinal) && !method.Name.StartsWith("TrySet", StringComparison.Ordinal))
            return null;
        var members = method.ContainingType.GetMembers("Task");
        return members.IsEmpty ? null : members[0];
    }

    private TaskCompletionFacts Grow(IInvocationOperation call, TaskCompletionPlace collection, TaskCompletionFacts facts)
    {
        foreach (var argument in call.Arguments)
        {
            var value = argument.Value;
            if (value.ConstantValue.HasValue || value.Type is { SpecialType: not SpecialType.None } || _values.IsComplete(value, facts))
                continue;
            facts = Put(value, collection, facts.WithoutElementsOf(collection));
        }
        return facts;
    }

    private TaskCompletionFacts CallOnTask(IInvocationOperation call, TaskCompletionFacts facts)
    {
        // A timed wait proves nothing unless its outcome is looked at.
        var isTimed = call.Arguments.Any(argument => argument.Parameter?.Type is { Name: "TimeSpan" or "Int32" });
        return call.TargetMethod.Name switch
        {
            "Wait" when !isTimed && call.Instance is { } task => Conditions.WithAll(task, facts),
            "GetResult" when call.Instance is { } awaiter => Conditions.WithAll(awaiter, facts),
            "WaitAll" when !isTimed && !call.Arguments.IsEmpty => Conditions.WithAll(call.Arguments.At(0).Value, facts),
            _ => facts,
        };
    }

    /// <summary>Whether the block ends in a call that is declared not to return.</summary>
    public bool NeverReturns(BasicBlock block)
    {
        var last = block.Operations.IsEmpty ? null : block.Operations[block.Operations.Length - 1];
        if (last is not IExpressionStatementOperation { Operation: IInvocationOperation call })
            return false;
        foreach (var attribute in call.TargetMethod.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "DoesNotReturnAttribute")
                return true;
        }
        return false;
    }

    // `Debug.Assert(task.IsCompleted)` and other calls that return only when their argument is true, or only when it is false.
    private static bool? ReturnsOnlyIf(IParameterSymbol? parameter)
    {
        if (parameter?.Type.SpecialType != SpecialType.System_Boolean)
            return null;
        // Older frameworks do not say so.
        if (parameter is { Ordinal: 0, ContainingSymbol: { Name: "Assert", ContainingType.Name: "Debug" } })
            return true;
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute is { AttributeClass.Name: "DoesNotReturnIfAttribute", ConstructorArguments: { Length: 1 } given } && given[0].Value is bool fatal)
                return !fatal;
        }
        return null;
    }

    private static TaskCompletionFacts Forget(IOperation target, TaskCompletionFacts facts) =>
        TaskCompletionPlace.Of(target) is { } place ? facts.Without(place) : facts;

    private static Dictionary<CaptureId, IOperation> SingleCaptures(ControlFlowGraph graph)
    {
        var single = new Dictionary<CaptureId, IOperation>();
        var several = new HashSet<CaptureId>();
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                if (operation is not IFlowCaptureOperation capture)
                    continue;
                if (several.Contains(capture.Id) || single.ContainsKey(capture.Id))
                {
                    several.Add(capture.Id);
                    single.Remove(capture.Id);
                }
                else
                {
                    single.Add(capture.Id, capture.Value);
                }
            }
        }
        return single;
    }
}
