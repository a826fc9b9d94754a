using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Retries;

/// <summary>A loop that repeats one piece of work until it succeeds: success leaves the loop, failure takes the next turn.</summary>
internal sealed class RetryLoop
{
    private RetryLoop(ILoopOperation loop, ITryOperation attempt, ICatchClauseOperation retried) => (Loop, Attempt, Retried) = (loop, attempt, retried);

    public ILoopOperation Loop { get; }

    public ITryOperation Attempt { get; }

    /// <summary>The first clause after which the loop takes its next turn.</summary>
    public ICatchClauseOperation Retried { get; }

    /// <summary>The retry loop that repeats the try; null when it repeats nothing, or other work on every turn.</summary>
    public static RetryLoop? Of(ITryOperation attempt)
    {
        if (attempt.Catches.IsEmpty || LoopAround(attempt) is not { } loop || !LeavesOnSuccess(attempt, loop))
            return null;
        if (TakesNextInput(loop))
            return null;
        foreach (var clause in attempt.Catches)
        {
            if (TakesNextTurn(clause, attempt, loop))
                return new RetryLoop(loop, attempt, clause);
        }
        return null;
    }

    /// <summary>Whether success leaves the loop around the try.</summary>
    public static bool LeavesOnSuccess(ITryOperation attempt, ILoopOperation loop)
    {
        if (LeavesLoop(attempt.Body, loop) || IsFollowedByLeaving(attempt, loop))
            return true;
        // `while (!done) { try { Work(); done = true; } catch { } }`
        return loop is IWhileLoopOperation { Condition: { } condition } && Decides(condition, attempt.Body);
    }

    /// <summary>The operations of a turn outside the attempt and outside functions written there.</summary>
    public IEnumerable<IOperation> AroundAttempt() => Own(Loop, Attempt.Body);

    /// <summary>The most turns the loop can take, where its head says so; null where it does not.</summary>
    public int? MostTurns => Comparison.Of((Loop as IForLoopOperation)?.Condition)?.SmallerFirst() switch
    {
        { Operator: BinaryOperatorKind.LessThan, Right.ConstantValue: { HasValue: true, Value: int most } } => most,
        { Operator: BinaryOperatorKind.LessThanOrEqual, Right.ConstantValue: { HasValue: true, Value: int last } } => last,
        _ => null,
    };

    /// <summary>The operations within one that belong to the same function, without those of <paramref name="except"/>.</summary>
    public static IEnumerable<IOperation> Own(IOperation root, IOperation? except)
    {
        var left = new Stack<IOperation>();
        left.Push(root);
        while (left.Count > 0)
        {
            var operation = left.Pop();
            if (operation == except || operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            yield return operation;
            foreach (var child in operation.ChildOperations.Reverse())
                left.Push(child);
        }
    }

    private static ILoopOperation? LoopAround(ITryOperation attempt)
    {
        for (var parent = attempt.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                // Each turn of a foreach has an element of its own.
                case IForEachLoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ICatchClauseOperation:
                    return null;
                case ILoopOperation loop:
                    return loop;
            }
        }
        return null;
    }

    /// <summary><c>while (reader.Read())</c>, <c>hosts[i]</c>: another turn is another record or another host, not another try.</summary>
    public static bool TakesNextInput(ILoopOperation loop)
    {
        if (loop is IWhileLoopOperation { Condition: { } condition } && condition.DescendantsAndSelf().Any(o => o is IInvocationOperation))
            return true;
        foreach (var operation in Own(loop, null))
        {
            var index = operation switch
            {
                IArrayElementReferenceOperation { Indices: { Length: 1 } indices } => indices[0],
                IPropertyReferenceOperation { Arguments: { Length: 1 } arguments } => arguments.At(0).Value,
                _ => null,
            };
            if (index?.Bare() is ILocalReferenceOperation local && Counts(loop, local.Local))
                return true;
        }
        return false;
    }

    /// <summary>Whether the loop counts the local up by one.</summary>
    public static bool Counts(ILoopOperation loop, ILocalSymbol local)
    {
        foreach (var operation in Own(loop, null))
        {
            if (operation is IIncrementOrDecrementOperation { Kind: OperationKind.Increment, Target: ILocalReferenceOperation target } && target.Local.Is(local))
                return true;
        }
        return false;
    }

    private static bool TakesNextTurn(ICatchClauseOperation clause, ITryOperation attempt, ILoopOperation loop) => clause.Handler.Operations.LastOrDefault() switch
    {
        IThrowOperation or IReturnOperation => false,
        IExpressionStatementOperation { Operation: IThrowOperation } => false,
        IBranchOperation { BranchKind: BranchKind.Break } branch => !branch.Target.Is(loop.ExitLabel),
        IBranchOperation { BranchKind: BranchKind.Continue } => true,
        // `try { … } catch { } break;`: success and failure leave alike.
        _ => !IsFollowedByLeaving(attempt, loop),
    };

    /// <summary>Whether something in the body returns or breaks out of the loop.</summary>
    public static bool LeavesLoop(IOperation body, ILoopOperation loop)
    {
        foreach (var inner in Own(body, null))
        {
            if (inner is IReturnOperation { Kind: OperationKind.Return or OperationKind.YieldBreak } || inner is IBranchOperation { BranchKind: BranchKind.Break } branch && branch.Target.Is(loop.ExitLabel))
                return true;
        }
        return false;
    }

    private static bool IsFollowedByLeaving(ITryOperation attempt, ILoopOperation loop)
    {
        if (attempt.Parent is not IBlockOperation block)
            return false;
        for (var i = block.Operations.IndexOf(attempt) + 1; i < block.Operations.Length; i++)
        {
            if (block.Operations[i] is IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break } && LeavesLoop(block.Operations[i], loop))
                return true;
        }
        return false;
    }

    private static bool Decides(IOperation condition, IOperation body)
    {
        foreach (var read in condition.DescendantsAndSelf())
        {
            if (read is not ILocalReferenceOperation { Local: var local })
                continue;
            foreach (var inner in body.Descendants())
            {
                if (inner is IAssignmentOperation { Target: ILocalReferenceOperation target } && target.Local.Is(local))
                    return true;
            }
        }
        return false;
    }
}
