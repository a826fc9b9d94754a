using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>What code does with the answers of a concurrent collection.</summary>
internal static class CollectionResults
{
    /// <summary>Whether nothing looks at the success of the act: neither its bool nor, for null, the item it gave.</summary>
    public static bool IsResultIgnored(this CollectionAct act)
    {
        var isDropped = act.Operation.Parent is IExpressionStatementOperation
            or ISimpleAssignmentOperation { Target: IDiscardOperation };
        return isDropped && !(OutLocal(act.Operation) is { } item && Uses(item, act.Operation).Any(IsNullTest));
    }

    /// <summary>Whether the item that the act took is read afterwards.</summary>
    public static bool IsTakenItemUsed(this CollectionAct act)
    {
        if (OutArgument(act.Operation) is not { } result)
            return false;
        return OutLocal(act.Operation) is { } item ? Uses(item, act.Operation).Any() : result is not IDiscardOperation;
    }

    /// <summary>
    /// Whether the act is all that the condition decides, and what it adds is not used afterwards: then the atomic act alone
    /// does the same.
    /// </summary>
    public static bool IsAllThatDependsOn(this CollectionAct act, Control control)
    {
        if (act.Operation.Parent is not { } statement || IsValueKept(act))
            return false;
        var block = statement.Parent as IBlockOperation;
        var owner = block?.Parent is IConditionalOperation ? block.Parent : statement.Parent;
        if (owner is IConditionalOperation { WhenFalse: null } branch)
            return branch.Condition == control.Condition && (block is null || block.Operations.All(o => o == statement || HasNoEffect(o)));
        // `if (d.ContainsKey(k)) return; d.TryAdd(k, v);` at the end of a method that tells nothing.
        return block is not null && block.Operations[block.Operations.Length - 1] == statement
            && control.Condition.Parent is IConditionalOperation { WhenFalse: null } exit && LeavesSilently(exit.WhenTrue)
            && block.Operations.All(o => o == statement || o.Syntax.SpanStart <= exit.Syntax.SpanStart || HasNoEffect(o));
    }

    /// <summary>Whether code that is refused by the limit tells its caller, by a result or an exception.</summary>
    public static bool IsRefusalTold(this CollectionAct act, Control control)
    {
        var whole = control.Condition;
        while (whole.Parent is IBinaryOperation or IUnaryOperation or IParenthesizedOperation or IConversionOperation)
            whole = whole.Parent;
        return whole.Parent switch
        {
            IConditionalOperation branch => Tells(branch.WhenTrue, act) || Tells(branch.WhenFalse, act) || whole.Syntax.Span.Contains(act.Operation.Syntax.Span),
            // Waiting for room is no refusal.
            ILoopOperation => false,
            _ => true,
        };
    }

    private static bool Tells(IOperation? branch, CollectionAct act)
    {
        if (branch is null)
            return false;
        foreach (var operation in branch.DescendantsAndSelf())
        {
            if (operation is IThrowOperation || operation is IReturnOperation { Kind: OperationKind.Return, ReturnedValue: { } answer } && !IsStored(answer, act))
                return true;
        }
        return branch.Type is { SpecialType: SpecialType.System_Boolean };
    }

    // `if (_cache.Count >= Max) return value; return _cache.GetOrAdd(key, value);`: the caller has the value either way.
    private static bool IsStored(IOperation answer, CollectionAct act) =>
        answer.Unwrap() is ILocalReferenceOperation local && act.Stored()?.Unwrap() is ILocalReferenceOperation stored && stored.Local.Is(local.Local);

    // A return would keep the thread that came second from what it does with a key that is there.
    private static bool HasNoEffect(IOperation statement) => statement switch
    {
        IVariableDeclarationGroupOperation => true,
        IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: ILocalReferenceOperation } } => true,
        _ => false,
    };

    /// <summary>Whether the condition looks at the value that the check read, and not only whether there is one.</summary>
    public static bool DecidesByValue(this CollectionRead check, Control control)
    {
        var value = OutLocal(check.Operation);
        foreach (var operation in control.Condition.DescendantsAndSelf())
        {
            if (operation == check.Operation && check.Name is "indexer" or "GetValueOrDefault" && !IsNullTest(operation))
                return true;
            if (value is not null && operation is ILocalReferenceOperation use && use.Local.Is(value) && !IsWritten(use) && !IsNullTest(use))
                return true;
        }
        return false;
    }

    private static bool LeavesSilently(IOperation branch)
    {
        var only = branch is IBlockOperation { Operations.Length: 1 } block ? block.Operations[0] : branch;
        return only is IReturnOperation { ReturnedValue: null } or IBranchOperation { BranchKind: BranchKind.Continue };
    }

    /// <summary>The value that the act puts under its key; null when it is computed from the old one.</summary>
    public static IOperation? Stored(this CollectionAct act) => act.Operation switch
    {
        ISimpleAssignmentOperation assignment => assignment.Value,
        IInvocationOperation { Arguments.Length: 2 } call => call.Arguments.At(1).Value,
        _ => null,
    };

    /// <summary>The variable that holds what the check found; null when it found no value.</summary>
    public static ILocalSymbol? Found(this CollectionRead check) => OutLocal(check.Operation);

    public static bool Mentions(this IOperation operation, ILocalSymbol local) =>
        operation.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation use && use.Local.Is(local));

    /// <summary>Whether the code goes on with the value that it wanted to add.</summary>
    public static bool IsValueUsedAfter(this CollectionAct act) =>
        act.Stored()?.Unwrap() is ILocalReferenceOperation local && Uses(local.Local, act.Operation).Any();

    // The object to be added lives on outside, or has to be disposed of when it is not added.
    private static bool IsValueKept(CollectionAct act)
    {
        if (act.Effect != CollectionEffect.TryAdd || act.Operation is not IInvocationOperation { Arguments.Length: >= 2 } call)
            return false;
        var value = call.Arguments.At(1).Value.Unwrap();
        if (value is ILocalReferenceOperation local && Uses(local.Local, act.Operation).Any())
            return true;
        return value.Type is { } type && type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable || i.Name == "IAsyncDisposable");
    }

    private static IOperation? OutArgument(IOperation operation)
    {
        if (operation is not IInvocationOperation call)
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out)
                return argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value;
        }
        return null;
    }

    private static ILocalSymbol? OutLocal(IOperation operation) => (OutArgument(operation) as ILocalReferenceOperation)?.Local;

    private static IEnumerable<IOperation> Uses(ILocalSymbol local, IOperation after)
    {
        foreach (var operation in after.Root().Descendants())
        {
            if (operation is ILocalReferenceOperation use && use.Local.Is(local) && use.Syntax.SpanStart > after.Syntax.Span.End && !IsWritten(use))
                yield return use;
        }
    }

    private static bool IsWritten(ILocalReferenceOperation use) => use.Parent switch
    {
        ISimpleAssignmentOperation assignment => assignment.Target == use,
        IArgumentOperation { Parameter.RefKind: RefKind.Out } => true,
        IDeclarationExpressionOperation => true,
        _ => false,
    };

    private static bool IsNullTest(IOperation use)
    {
        while (use.Parent is IConversionOperation { IsImplicit: true })
            use = use.Parent;
        return use.Parent switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } pair =>
                IsNull(pair.LeftOperand) || IsNull(pair.RightOperand),
            IIsPatternOperation { Pattern: IConstantPatternOperation { Value: { } value } } => IsNull(value),
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: { } value } } } => IsNull(value),
            IConditionalAccessOperation access => access.Operation == use,
            _ => false,
        };
    }

    private static bool IsNull(IOperation value) => value.Unwrap().ConstantValue is { HasValue: true, Value: null };
}
