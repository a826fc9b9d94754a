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
    private static readonly string[] s_repeatable =
        ["Validate", "Verify", "Check", "Ensure", "Assert", "Log", "Trace", "Debug", "Warn", "Verbose", "ThrowIf", "Get", "TryGet", "Contains", "Is", "Has", "Load", "Read", "Parse", "Resolve", "Compute", "Format", "ToString", "Dispose", "ConfigureAwait"];

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
    private bool IsToldApart(Control control)
    {
        if (NeedsValue(control))
            return false;
        var whole = control.Condition;
        while (whole.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation or IConversionOperation)
            whole = whole.Parent;
        if (whole.Parent is not IConditionalOperation branch || branch.Type is not null)
            return false;
        return Refuses(branch.WhenTrue) || Refuses(branch.WhenFalse);
    }

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

    private static bool Refuses(IOperation? branch)
    {
        var last = branch is IBlockOperation { Operations: { Length: > 0 } statements } ? statements[statements.Length - 1] : branch;
        return last switch
        {
            IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } => true,
            IReturnOperation { ReturnedValue: { } value } => value.Unwrap().ConstantValue is { HasValue: true, Value: bool },
            _ => false,
        };
    }

    // Work that is done by whoever adds the key: a mark is set first and the work follows, or the count of entries goes with it.
    private bool Claims(Control control, IOperation value)
    {
        var isMark = value.Unwrap() is { ConstantValue: { HasValue: true, Value: not null } };
        foreach (var statement in Guarded(control))
        {
            if (statement.Syntax.Span.Contains(act.Operation.Syntax.Span) && statement is IExpressionStatementOperation)
                continue;
            foreach (var operation in statement.DescendantsAndSelf())
            {
                if (!operation.Syntax.Span.Contains(act.Operation.Syntax.Span) && (Counts(operation) || isMark && IsWork(operation)))
                    return true;
            }
        }
        return false;
    }

    private static bool Counts(IOperation operation) => operation switch
    {
        IIncrementOrDecrementOperation { Target: IMemberReferenceOperation } => true,
        ICompoundAssignmentOperation { Target: IMemberReferenceOperation } => true,
        IInvocationOperation { TargetMethod: { Name: "Increment" or "Decrement" or "Add", ContainingType.Name: "Interlocked" } } => operation.Parent is IExpressionStatementOperation,
        IEventAssignmentOperation { Adds: true } => true,
        _ => false,
    };

    private bool IsWork(IOperation operation)
    {
        if (operation is not IInvocationOperation { TargetMethod: { } method } call || collectionsOwn(call))
            return false;
        var whole = call.Parent;
        while (whole is IAwaitOperation or IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation)
            whole = whole.Parent;
        // What is asked for its result computes something.
        if (whole is not IExpressionStatementOperation && !(whole is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" }))
            return operation.Syntax.SpanStart > act.Operation.Syntax.Span.End && whole is IVariableInitializerOperation or ISimpleAssignmentOperation && !IsRepeatable(method.Name);
        return !IsRepeatable(method.Name) && !IsLogger(method.ContainingType);

        bool collectionsOwn(IInvocationOperation c) => c.Instance is { } instance && instance.IsSameAs(act.Collection);
    }

    private static bool IsLogger(INamedTypeSymbol? type) =>
        type is not null && (type.Name.IndexOf("Log", StringComparison.Ordinal) >= 0 || type.Name.IndexOf("Trace", StringComparison.Ordinal) >= 0 || type.Name.EndsWith("EventSource", StringComparison.Ordinal));

    private static bool IsRepeatable(string method)
    {
        foreach (var word in s_repeatable)
        {
            if (method.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // What the check decides besides the act: the branch around it, or the statements after a check that leaves.
    private IEnumerable<IOperation> Guarded(Control control)
    {
        IOperation child = act.Operation;
        for (var around = child.Parent; around is not null; child = around, around = around.Parent)
        {
            if (!around.Syntax.Span.Contains(control.Condition.Syntax.Span))
                continue;
            if (around is IConditionalOperation)
                return child is IBlockOperation block ? block.Operations : [child];
            return around.ChildOperations.Where(o => o.Syntax.SpanStart > control.Condition.Syntax.Span.End);
        }
        return [];
    }
}
