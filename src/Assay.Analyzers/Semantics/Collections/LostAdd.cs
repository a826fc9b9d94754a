using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>
/// Weighs an add after a check that found nothing, of which two threads can do one each. A cache does not care which of two equal
/// values stays; harm is done where the add stands for a claim, or where each thread goes on with an object of its own.
/// </summary>
internal sealed class LostAdd(CollectionAct act, CollectionRead check, StoredEntries entries)
{
    /// <summary>Whether nobody loses by it.</summary>
    /// <param name="control">The condition that the check is part of.</param>
    public bool IsHarmless(Control control)
    {
        if (act.Stored() is not { } value)
            return false;
        var isSet = act.Effect == CollectionEffect.Set;
        // Only one key is asked for; the answer of a second caller must be another one.
        if (IsToldApart(control) || Claims(control, value))
            return false;
        // What is written over may be newer than the check.
        if (control.Implies(check.Operation) && isSet)
            return MemoizedValue.IsComputed(value, check) && !entries.AreReplaced();
        if (entries.AreReplaced() && (isSet || !MemoizedValue.IsComputed(value, check)))
            return false;
        // The first to come is to stay; each caller brings a value of his own.
        if (isSet && value.Unwrap() is IParameterReferenceOperation && !IsFoundLookedAt(control))
            return false;
        var isUsedLater = isSet || act.IsValueUsedAfter();
        if (isUsedLater && (MemoizedValue.IsUnrepeatable(value, check) || MemoizedValue.HasIdentity(value)))
            return false;
        return !MemoizedValue.Holds(value) && !IsChangedInPlace(value);
    }

    // Whether the other branch compares what is there with what was to be added.
    private bool IsFoundLookedAt(Control control)
    {
        if (check.Found() is not { } found)
            return false;
        for (var around = control.Condition.Parent; around is not null; around = around.Parent)
        {
            if (around is IConditionalOperation branch)
                return (branch.Condition.Syntax.Span.Contains(check.Operation.Syntax.Span) ? branch.ChildOperations.Skip(1) : []).Any(c => !c.Syntax.Span.Contains(act.Operation.Syntax.Span) && c.Mentions(found));
        }
        return false;
    }

    // An entry that others count on or fill is not the one that a loser made.
    private bool IsChangedInPlace(IOperation value) =>
        MemoizedValue.TypeOf(value) is { IsReferenceType: true, SpecialType: not SpecialType.System_String } type && entries.AreChangedInPlace(act, type);

    // `if (d.ContainsKey(k)) return false; …`: two callers are told that they were the first. A value found is no such answer.
    private bool IsToldApart(Control control) => !NeedsValue(control) && PassedWork.IsRefusalTold(control);

    // `if (value == null) throw …` refuses where neither a look nor the work gave a value.
    private bool NeedsValue(Control control)
    {
        if (check.Found() is not { } found)
            return false;
        foreach (var operation in control.Condition.DescendantsAndSelf())
        {
            if (operation is ILocalReferenceOperation local && local.Local.Is(found) && CheckedValue.FoundBy(local, control) == SharedState.Found.Present)
                return true;
        }
        return false;
    }

    // Work that is done by whoever adds the key: a mark is set first and the work follows, or the count of entries goes with it.
    private bool Claims(Control control, IOperation value)
    {
        foreach (var operation in PassedWork.Guarded(act.Operation, control).SelectMany(o => o.DescendantsAndSelf()))
        {
            if (Counts(operation) && !operation.Syntax.Span.Contains(act.Operation.Syntax.Span))
                return true;
        }
        var isMark = value.Unwrap() is { ConstantValue: { HasValue: true, Value: not null } };
        return isMark && PassedWork.Of(act.Operation, control).Any(call => !call.Instance.IsSameAs(act.Collection));
    }

    private static bool Counts(IOperation operation) => operation switch
    {
        IIncrementOrDecrementOperation { Target: IMemberReferenceOperation } => true,
        ICompoundAssignmentOperation { Target: IMemberReferenceOperation } => true,
        IInvocationOperation { TargetMethod: { Name: "Increment" or "Decrement" or "Add", ContainingType.Name: "Interlocked" } } => operation.Parent is IExpressionStatementOperation,
        IEventAssignmentOperation { Adds: true } => true,
        _ => false,
    };
}
