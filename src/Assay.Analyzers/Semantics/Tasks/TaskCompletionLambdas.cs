using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>What a lambda knows about tasks when it begins: from where it is written, and from what it is given to.</summary>
internal sealed class TaskCompletionLambdas(KnownTypes types, TaskCompletionValues values, VariableWrites writes, TaskCompletionConditions conditions)
{
    /// <summary>What is known when a lambda begins to run, given what was known where it is written.</summary>
    public TaskCompletionFacts EntryOf(IFlowAnonymousFunctionOperation lambda, TaskCompletionFacts facts)
    {
        var call = CallTaking(lambda);
        var runsNow = call is not null && call.TargetMethod.ContainingType.Is(types["System.Linq.Enumerable"]);
        // A lambda that runs later sees what its variables hold then.
        var entry = runsNow ? facts : facts.Keeping(place => IsKept(place) && (place.Variable is not { } variable || !writes.IsReassigned(variable)));
        var parameters = lambda.Symbol.Parameters;
        // `static readonly Action<Task<int>> s_onRead = task => …`: kept to be handed to ContinueWith.
        if (call is null && !parameters.IsEmpty && types.IsTaskLike(parameters[0].Type) && IsKeptInField(lambda))
            return entry.With(TaskCompletionPlace.Of(parameters[0]));
        if (call is not null && IsOwnContinuation(call))
            return WithTasksOf(call, entry);
        if (call is null || TaskWaits.Receiver(call) is not { } receiver)
            return entry;
        if (call.TargetMethod.Name is "ContinueWith" && types.IsTaskLike(receiver.Type) && !parameters.IsEmpty)
            return conditions.WithAll(receiver, entry.With(TaskCompletionPlace.Of(parameters[0])));
        if (call.TargetMethod.Name is "ContinueWhenAll" or "ContinueWhenAny" && !parameters.IsEmpty)
        {
            entry = entry.With(TaskCompletionPlace.Of(parameters[0]));
            return call.TargetMethod.Name is "ContinueWhenAll" ? conditions.WithAll(call.Arguments.At(0).Value, entry) : entry;
        }
        if (call.TargetMethod.Name is "OnCompleted" or "UnsafeOnCompleted")
            return conditions.WithAll(receiver, entry);
        return WithElements(call, receiver, parameters, entry, facts);
    }

    // `AsyncCalls.ContinueTask(task, () => … task.Result …)`: the helper calls back when the task it is given is done.
    private static bool IsOwnContinuation(IInvocationOperation call) =>
        call.TargetMethod.Name.StartsWith("Continue", StringComparison.Ordinal) && call.TargetMethod.Name is not ("ContinueWith" or "ContinueWhenAll" or "ContinueWhenAny");

    private TaskCompletionFacts WithTasksOf(IInvocationOperation call, TaskCompletionFacts entry)
    {
        foreach (var argument in call.Arguments)
        {
            if (types.IsTaskLike(argument.Value.Unwrap().Type))
                entry = conditions.WithAll(argument.Value, entry);
        }
        return entry;
    }

    private static bool IsKeptInField(IOperation lambda)
    {
        var parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            parent = parent.Parent;
        return parent is IFieldInitializerOperation or ISimpleAssignmentOperation { Target: IFieldReferenceOperation };
    }

    // `tasks.Select(t => t.Result)`: the parameters are elements of a collection whose tasks are complete.
    private TaskCompletionFacts WithElements(
        IInvocationOperation call, IOperation receiver, ImmutableArray<IParameterSymbol> parameters, TaskCompletionFacts entry, TaskCompletionFacts facts)
    {
        if (types.IsTaskLike(receiver.Type))
            return entry;
        var ofSeveral = call.TargetMethod.Name is "Zip" or "Join" or "GroupJoin";
        for (var i = 0; i < parameters.Length; i++)
        {
            var source = ofSeveral && i < call.Arguments.Length ? call.Arguments[i].Value : receiver;
            if (values.IsComplete(source, facts))
                entry = entry.With(TaskCompletionPlace.Of(parameters[i]));
            // `pairs.Where(p => p.Task.IsCompleted).Select(p => p.Task.Result)`.
            else if (source.Bare() is IInvocationOperation { TargetMethod.Name: "Where" } filter && values.Guard(filter) is var (guarded, guard))
                entry = entry.WithSaidOf(parameters[i], guard, guarded);
        }
        return entry;
    }

    private static IInvocationOperation? CallTaking(IOperation lambda)
    {
        for (var parent = lambda.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IDelegateCreationOperation or IConversionOperation or IArgumentOperation or IParenthesizedOperation:
                    continue;
                case IInvocationOperation call:
                    return call;
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Whether what is known about the place outlives a call of other code.</summary>
    public bool IsKept(TaskCompletionPlace place) =>
        place.IsStable && (place.Variable is not { } variable || !writes.IsWrittenByInner(variable));
}
