using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// The conditions worth remembering on a path: results of acquires, the variables that keep them, and conditions that are
/// tested more than once, so that <c>if (taken) Exit()</c> is understood and <c>if (mustLock)</c> means the same both times.
/// </summary>
internal sealed class HeldFlowFacts
{
    private const int MostFacts = 48;

    private readonly HeldFlowEvents _events;
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);

    public HeldFlowFacts(HeldFlowEvents events, ControlFlowGraph graph, IReadOnlyList<HeldEvent>[] steps, bool acquiresOnly)
    {
        _events = events;
        var tested = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var block in graph.Blocks)
        {
            if (block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is { } condition && Normalize(condition) is { } test)
                tested[test.Key] = tested.TryGetValue(test.Key, out var count) ? count + 1 : 1;
        }
        foreach (var result in ResultsIn(steps, tested))
            Index(result);
        foreach (var pair in tested)
        {
            if (!acquiresOnly && pair.Value > 1)
                Index(pair.Key);
        }
    }

    /// <summary>Whether there are more conditions than can be remembered.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The state after a variable got a value.</summary>
    public HeldState Assign(HeldState state, string path, IOperation? value)
    {
        var known = value is null ? null : Evaluate(value, state);
        var isNull = value?.Bare() switch
        {
            { ConstantValue: { HasValue: true, Value: null } } => true,
            IObjectCreationOperation or ITypeOfOperation => false,
            _ => (bool?)null,
        };
        state = state.Forget(Mentioning(path));
        if (known is { } truth && _indexes.TryGetValue("is " + path, out var fact))
            state = state.With(fact, truth);
        if (isNull is { } none && _indexes.TryGetValue("null " + path, out fact))
            state = state.With(fact, none);
        return state;
    }

    /// <summary>The state after an acquire said whether it took the lock.</summary>
    public HeldState Result(HeldState state, int site, string? taken, bool isHeld)
    {
        if (_indexes.TryGetValue("call " + site, out var fact))
            state = state.With(fact, isHeld);
        if (taken is not null && _indexes.TryGetValue("is " + taken, out fact))
            state = state.With(fact, isHeld);
        return state;
    }

    /// <summary>The state where a condition is known to be so; null when it cannot be.</summary>
    public HeldState? Where(HeldState state, IOperation condition, bool isTrue)
    {
        if (Evaluate(condition, state) is { } known)
            return known == isTrue ? state : null;
        return Normalize(condition) is { } test && _indexes.TryGetValue(test.Key, out var fact) ? state.With(fact, test.IsPositive == isTrue) : state;
    }

    private bool? Evaluate(IOperation condition, HeldState state)
    {
        if (condition.ConstantValue is { HasValue: true, Value: bool constant })
            return constant;
        if (HeldByQuestion(condition, state) is { } held)
            return held;
        if (condition.Bare() is IBinaryOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or } pair)
            return OfPair(pair, state);
        if (Normalize(condition) is not { } test || !_indexes.TryGetValue(test.Key, out var fact) || state.Fact(fact) is not { } value)
            return null;
        return value == test.IsPositive;
    }

    // Without a short circuit one side may settle it all the same.
    private bool? OfPair(IBinaryOperation pair, HeldState state)
    {
        var settling = pair.OperatorKind == BinaryOperatorKind.Or;
        var (left, right) = (Evaluate(pair.LeftOperand, state), Evaluate(pair.RightOperand, state));
        if (left == settling || right == settling)
            return settling;
        return left is null || right is null ? null : !settling;
    }

    // Monitor.IsEntered, IsWriteLockHeld and their like answer from what the path holds, where the function takes the lock itself.
    private bool? HeldByQuestion(IOperation condition, HeldState state)
    {
        if (condition.Bare() is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand })
            return !HeldByQuestion(operand, state);
        var path = condition.Bare() switch
        {
            IInvocationOperation { TargetMethod: { Name: "IsEntered", ContainingType.Name: "Monitor" }, Arguments: { Length: 1 } arguments } => LockPaths.Of(arguments.At(0).Value, _events.Captures) + LockSite.OnMonitor,
            IPropertyReferenceOperation { Property.Name: "IsWriteLockHeld" or "IsHeldByCurrentThread" or "IsHeld", Instance: { } gate } => LockPaths.Of(gate, _events.Captures),
            IPropertyReferenceOperation { Property.Name: "IsReadLockHeld", Instance: { } gate } => LockPaths.Of(gate, _events.Captures) + "|read",
            IPropertyReferenceOperation { Property.Name: "IsUpgradeableReadLockHeld", Instance: { } gate } => LockPaths.Of(gate, _events.Captures) + "|upgradeable",
            _ => null,
        };
        if (path is null)
            return null;
        bool? isHeld = null;
        for (var i = 0; i < _events.Acquires.Count; i++)
        {
            if (_events.Acquires[i].Key == path)
                isHeld = isHeld == true || ((state.Held | state.Blurred) & HeldState.Bit(i)) != 0;
        }
        return isHeld;
    }

    private (string Key, bool IsPositive)? Normalize(IOperation condition)
    {
        var bare = condition.Bare();
        switch (bare)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Normalize(not.Operand) is { } inner ? (inner.Key, !inner.IsPositive) : null;
            case IIsNullOperation isNull:
                return LockPaths.Of(isNull.Operand, _events.Captures) is { } path ? ("null " + path, true) : null;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equality:
                return OfComparison(equality.LeftOperand, equality.RightOperand, equality.OperatorKind == BinaryOperatorKind.Equals);
            case IIsPatternOperation { Pattern: IConstantPatternOperation constant } pattern:
                return OfComparison(pattern.Value, constant.Value, true);
            case IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation constant } } pattern:
                return OfComparison(pattern.Value, constant.Value, false);
            case IAwaitOperation await:
                return Normalize(await.Operation);
            // `if (!(taken = _gate.Wait(5)))`
            case ISimpleAssignmentOperation { Value: var assigned }:
                return Normalize(assigned);
            case IPropertyReferenceOperation { Property.Name: "Result", Instance: { } task }:
                return Normalize(task);
            case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult" or "AsTask", Instance: { } task }:
                return Normalize(task);
            case IInvocationOperation call when _events.IndexOf(call.Syntax) is >= 0 and var site:
                return ("call " + site, true);
            default:
                return LockPaths.Of(bare, _events.Captures) is { } variable ? ("is " + variable, true) : null;
        }
    }

    private (string Key, bool IsPositive)? OfComparison(IOperation left, IOperation right, bool isEqual)
    {
        if (left.ConstantValue.HasValue)
            (left, right) = (right, left);
        if (!right.ConstantValue.HasValue)
            return null;
        if (right.ConstantValue.Value is bool wanted)
            return Normalize(left) is { } inner ? (inner.Key, inner.IsPositive == (wanted == isEqual)) : null;
        if (LockPaths.Of(left, _events.Captures) is not { } path)
            return null;
        return right.ConstantValue.Value is null ? ("null " + path, isEqual) : ($"equal {right.ConstantValue.Value} {path}", isEqual);
    }

    // What the acquires say comes first, then flags that the code sets itself, which say as much as lockTaken.
    private static List<string> ResultsIn(IReadOnlyList<HeldEvent>[] steps, Dictionary<string, int> tested)
    {
        var (results, flags) = (new List<string>(), new List<string>());
        foreach (var events in steps)
        {
            foreach (var step in events)
            {
                if (step.Kind == HeldEventKind.Acquire)
                    results.Add("call " + step.Index);
                if (step.Path is null)
                    continue;
                if (step.Kind == HeldEventKind.Acquire)
                    results.Add("is " + step.Path);
                else if (tested.ContainsKey("is " + step.Path) && step.Value?.Type?.SpecialType == SpecialType.System_Boolean)
                    flags.Add("is " + step.Path);
            }
        }
        results.AddRange(flags);
        return results;
    }

    private ulong Mentioning(string path)
    {
        var facts = 0UL;
        foreach (var pair in _indexes)
        {
            if (pair.Key.IndexOf(path, StringComparison.Ordinal) >= 0)
                facts |= HeldState.Bit(pair.Value);
        }
        return facts;
    }

    private void Index(string key)
    {
        if (_indexes.ContainsKey(key))
            return;
        if (_indexes.Count < MostFacts)
            _indexes[key] = _indexes.Count;
        else
            IsFull = true;
    }
}
