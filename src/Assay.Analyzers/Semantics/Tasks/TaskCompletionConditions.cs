using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>What the outcome of a condition tells about tasks.</summary>
/// <param name="types">The types of the compilation.</param>
/// <param name="values">Answers which values are complete.</param>
/// <param name="captured">The one value behind each id of a control flow graph that has only one; null outside a graph.</param>
internal sealed class TaskCompletionConditions(KnownTypes types, TaskCompletionValues values, IReadOnlyDictionary<CaptureId, IOperation>? captured)
{
    private static readonly string[] s_endings = ["IsFaulted", "IsCanceled"];

    /// <summary>The facts after <paramref name="condition"/> came out as <paramref name="outcome"/>.</summary>
    public TaskCompletionFacts Apply(IOperation condition, bool outcome, TaskCompletionFacts facts)
    {
        switch (Resolve(condition))
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Apply(not.Operand, !outcome, facts);
            case IBinaryOperation binary:
                return ApplyBinary(binary, outcome, facts);
            case IIsPatternOperation match:
                return ApplyPattern(match.Value, match.Pattern, outcome, facts);
            case IPropertyReferenceOperation { Instance: { } task } property when outcome && SaysComplete(property):
                return WithAll(task, facts);
            case IPropertyReferenceOperation { Instance: { } task, Property: { Name: "IsCompleted" } ending } when !outcome && types.IsTaskLike(task.Type):
                return WithRunning(task, ending, facts);
            case IPropertyReferenceOperation { Instance: { } task, Property: { Name: "IsFaulted" or "IsCanceled" } ending } when !outcome && types.IsTaskLike(task.Type):
                return WithRuledOut(task, ending, facts);
            case IInvocationOperation call when outcome:
                return ApplyCall(call, facts);
            case IParameterReferenceOperation parameter when SyncValueOf(parameter.Parameter, parameter.Type) == outcome:
                return facts.InSyncMode();
            case IMemberReferenceOperation member when SyncValueOf(member.Member, member.Type) == outcome:
                return facts.InSyncMode();
            // `if (HasValue)`, where the type says `HasValue => _task.IsCompletedSuccessfully`.
            case IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } own when outcome && values.ConditionOf(own.Property) is { } meaning:
                return ApplyTo(meaning, facts);
            case { } flag when outcome && TaskCompletionPlace.Of(flag) is { } named:
                return facts.WithTrue(named);
            default:
                return facts;
        }
    }

    /// <summary>
    /// For the flag of code that is both synchronous and asynchronous, the value that asks for the synchronous way; null for
    /// other parameters and members.
    /// </summary>
    public static bool? SyncValueOf(ISymbol flag, ITypeSymbol? type)
    {
        if (type?.SpecialType != SpecialType.System_Boolean)
            return null;
        if (flag.Name.IndexOf("async", StringComparison.OrdinalIgnoreCase) >= 0)
            return false;
        var name = flag.Name.TrimStart('_');
        return name.Equals("sync", StringComparison.OrdinalIgnoreCase)
            || name.Equals("isSync", StringComparison.OrdinalIgnoreCase)
            || name.IndexOf("synchronous", StringComparison.OrdinalIgnoreCase) >= 0 ? true : null;
    }

    public TaskCompletionFacts WithAll(IOperation value, TaskCompletionFacts facts)
    {
        foreach (var place in values.CompleteWith(value))
            facts = facts.With(place);
        return facts;
    }

    // A task found running overrules what was concluded from its not having failed; a proof of completion makes the test idle.
    private static TaskCompletionFacts WithRunning(IOperation task, IPropertySymbol completed, TaskCompletionFacts facts)
    {
        if (TaskCompletionPlace.Of(task) is not { } place)
            return facts;
        var isConcluded = false;
        foreach (var name in s_endings)
        {
            foreach (var ending in completed.ContainingType.GetMembers(name))
                isConcluded |= facts.Names(place.Member(ending.OriginalDefinition));
        }
        if (facts.Proves(place) && !isConcluded)
            return facts;
        return facts.Without(place).With(place.Member(completed.OriginalDefinition));
    }

    // Who has ruled out failure as well as cancellation speaks of a task that has ended, and well.
    private TaskCompletionFacts WithRuledOut(IOperation task, IPropertySymbol ending, TaskCompletionFacts facts)
    {
        if (TaskCompletionPlace.Of(task) is not { } place)
            return facts;
        // Found to be still running: whatever else is ruled out, it can be waited for.
        var running = ending.ContainingType.GetMembers("IsCompleted");
        if (!running.IsEmpty && facts.Proves(place.Member(running[0].OriginalDefinition)))
            return facts;
        var others = ending.ContainingType.GetMembers(ending.Name == "IsFaulted" ? "IsCanceled" : "IsFaulted");
        var isLast = !others.IsEmpty && facts.Proves(place.Member(others[0].OriginalDefinition));
        facts = facts.With(place.Member(ending.OriginalDefinition));
        return isLast ? WithAll(task, facts) : facts;
    }

    // What a property of the type means, one level deep.
    private TaskCompletionFacts ApplyTo(IOperation meaning, TaskCompletionFacts facts) =>
        meaning is IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } ? facts : Apply(meaning, true, facts);

    private TaskCompletionFacts ApplyBinary(IBinaryOperation binary, bool outcome, TaskCompletionFacts facts)
    {
        switch (binary.OperatorKind)
        {
            case BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And when outcome:
            case BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or when !outcome:
                return Apply(binary.RightOperand, outcome, Apply(binary.LeftOperand, outcome, facts));
            case BinaryOperatorKind.Equals:
                return ApplyEquality(binary.LeftOperand, binary.RightOperand, outcome, facts);
            case BinaryOperatorKind.NotEquals:
                return ApplyEquality(binary.LeftOperand, binary.RightOperand, !outcome, facts);
            default:
                return facts;
        }
    }

    private TaskCompletionFacts ApplyEquality(IOperation left, IOperation right, bool equal, TaskCompletionFacts facts)
    {
        if (Constant(left) is { HasValue: true } first)
            return ApplyConstant(right, first.Value, equal, facts);
        if (Constant(right) is { HasValue: true } second)
            return ApplyConstant(left, second.Value, equal, facts);
        if (!equal)
            return facts;
        // `if (winner == work)`: the very task that is known to be complete.
        if (values.IsComplete(left, facts))
            facts = WithAll(right, facts);
        return values.IsComplete(right, facts) ? WithAll(left, facts) : facts;
    }

    private TaskCompletionFacts ApplyConstant(IOperation value, object? constant, bool equal, TaskCompletionFacts facts)
    {
        if (constant is bool truth)
            return Apply(value, truth == equal, facts);
        // A status that was kept in a variable.
        if (equal && IsFinal(constant) && value.Type?.Name == "TaskStatus" && TaskCompletionPlace.Of(value) is { } kept)
            facts = facts.WithTrue(kept);
        // Nobody waits for a task that is not there.
        if (equal && constant is null && types.IsTaskLike(value.Unwrap().Type))
            return WithAll(value, facts);
        if (equal && constant is int winner && winner >= 0 && Resolve(value) is IInvocationOperation { TargetMethod.Name: "WaitAny" } race)
            return WithWinner(race, winner, facts);
        if (Resolve(value) is not IPropertyReferenceOperation { Instance: { } task } property || !types.IsTaskLike(task.Type))
            return facts;
        var complete = property.Property.Name switch
        {
            "Status" => equal && IsFinal(constant),
            "Exception" => !equal && constant is null,
            _ => false,
        };
        return complete ? WithAll(task, facts) : facts;
    }

    // `if (Task.WaitAny([work, stop], timeout) == 0)`.
    private TaskCompletionFacts WithWinner(IInvocationOperation race, int winner, TaskCompletionFacts facts)
    {
        if (!values.IsTaskMethod(race, "WaitAny") || race.Arguments.IsEmpty)
            return facts;
        return Resolve(race.Arguments.At(0).Value) is IArrayCreationOperation { Initializer.ElementValues: var tasks } && winner < tasks.Length
            ? WithAll(tasks[winner], facts)
            : facts;
    }

    // TaskStatus.RanToCompletion, Canceled and Faulted.
    private static bool IsFinal(object? status) => status is 5 or 6 or 7;

    private TaskCompletionFacts ApplyPattern(IOperation value, IPatternOperation pattern, bool outcome, TaskCompletionFacts facts)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                return ApplyPattern(value, negated.Pattern, !outcome, facts);
            case IConstantPatternOperation constant when Constant(constant.Value) is { HasValue: true } known:
                return ApplyConstant(value, known.Value, outcome, facts);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both when outcome:
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } when !outcome:
                var joined = (IBinaryPatternOperation)pattern;
                return ApplyPattern(value, joined.RightPattern, outcome, ApplyPattern(value, joined.LeftPattern, outcome, facts));
            case IBinaryPatternOperation either:
                return ApplyPattern(value, either.LeftPattern, outcome, facts).Meet(ApplyPattern(value, either.RightPattern, outcome, facts));
            case IRecursivePatternOperation recursive when outcome:
                return ApplyRecursive(value, recursive, facts);
            case IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol alias } when outcome:
                return WithAlias(alias, value, facts);
            default:
                return facts;
        }
    }

    // `task is { IsCompletedSuccessfully: true } done`.
    private TaskCompletionFacts ApplyRecursive(IOperation value, IRecursivePatternOperation pattern, TaskCompletionFacts facts)
    {
        var complete = false;
        foreach (var part in pattern.PropertySubpatterns)
        {
            if (part.Member is not IPropertyReferenceOperation property || part.Pattern is not IConstantPatternOperation { Value: var constant })
                continue;
            var known = Constant(constant);
            complete |= property.Property.Name == "Status"
                ? types.IsTaskLike(property.Property.ContainingType) && IsFinal(known.Value)
                : known.Value is true && SaysComplete(property);
        }
        if (complete)
            facts = WithAll(value, facts);
        if (pattern.DeclaredSymbol is not ILocalSymbol alias)
            return facts;
        return complete ? WithAlias(alias, value, facts).With(TaskCompletionPlace.Of(alias)) : WithAlias(alias, value, facts);
    }

    private TaskCompletionFacts WithAlias(ILocalSymbol alias, IOperation value, TaskCompletionFacts facts)
    {
        var place = TaskCompletionPlace.Of(alias);
        foreach (var effect in values.CompleteWith(value))
            facts = facts.WithImplication(place, effect);
        return values.IsComplete(value, facts) ? facts.With(place) : facts;
    }

    private TaskCompletionFacts ApplyCall(IInvocationOperation call, TaskCompletionFacts facts)
    {
        switch (call.TargetMethod.Name)
        {
            // A timed wait that says the task completed in time.
            case "Wait" when call.Instance is { } task && types.IsTaskLike(task.Type):
                return WithAll(task, facts);
            case "WaitAll" when values.IsTaskMethod(call, "WaitAll") && !call.Arguments.IsEmpty:
                return WithAll(call.Arguments.At(0).Value, facts);
            // An extension method of that name, from before the property was there.
            case "IsCompletedSuccessfully" or "IsCompleted" or "IsFaulted" or "IsCanceled"
                when call.Arguments.Length == 1 && types.IsTaskLike(call.Arguments.At(0).Value.Type):
                return WithAll(call.Arguments.At(0).Value, facts);
            // `tasks.All(t => t.IsCompleted)`.
            case "All" when TaskWaits.Receiver(call) is { } source && values.Guarded(call) is not null:
                return WithAll(source, facts);
            default:
                return call.Arguments.Length == 1 && values.SaysComplete(call) ? WithAll(call.Arguments.At(0).Value, facts) : facts;
        }
    }

    private bool SaysComplete(IPropertyReferenceOperation property) =>
        property.Property.Name is "IsCompleted" or "IsCompletedSuccessfully" or "IsFaulted" or "IsCanceled"
        && (types.IsTaskLike(property.Property.ContainingType)
            || property.Property.ContainingType.IsOrInherits(types["System.Runtime.CompilerServices.INotifyCompletion"]));

    private static Optional<object?> Constant(IOperation operation) => operation.Unwrap().ConstantValue;

    // Sees through conversions to bool? and through the values that a control flow graph keeps in between.
    private IOperation Resolve(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                case IFlowCaptureReferenceOperation capture
                    when captured is not null && captured.TryGetValue(capture.Id, out var value) && value is not IFlowCaptureReferenceOperation:
                    operation = value;
                    break;
                default:
                    return operation;
            }
        }
    }
}
