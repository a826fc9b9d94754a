using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tokens;

/// <summary>Whether code runs when the token may already be cancelled; work there must not be given the token.</summary>
internal static class CancelledCode
{
    public static bool MayRunAfterCancellation(this KnownTypes types, IOperation operation)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            var cancelled = parent switch
            {
                ITryOperation attempt => attempt.Finally == child,
                ICatchClauseOperation clause => clause.Handler == child && MayHoldCancellation(types, clause),
                IConditionalOperation conditional => IsCancelledBranch(conditional, child),
                IBlockOperation block => FollowsLoopUntilCancelled(block, child),
                _ => false,
            };
            if (cancelled)
                return true;
        }
        return false;
    }

    private static bool MayHoldCancellation(KnownTypes types, ICatchClauseOperation clause)
    {
        var caught = clause.ExceptionType;
        if (caught.IsOrInherits(types.OperationCanceledException))
            return true;
        // Catches of an unrelated exception run while the token is still good.
        if (caught is not null && !types.OperationCanceledException.IsOrInherits(caught as INamedTypeSymbol))
            return false;
        if (clause.Filter is { } filter && ExcludesCancellation(types, filter))
            return false;
        return clause.Parent is not ITryOperation attempt || !IsTakenBefore(types, attempt, clause);
    }

    private static bool IsTakenBefore(KnownTypes types, ITryOperation attempt, ICatchClauseOperation clause)
    {
        foreach (var earlier in attempt.Catches)
        {
            if (earlier == clause)
                return false;
            if (earlier.Filter is null && earlier.ExceptionType.Is(types.OperationCanceledException))
                return true;
        }
        return false;
    }

    // `when (e is not OperationCanceledException)`, `when (!token.IsCancellationRequested)` or a list of other types.
    private static bool ExcludesCancellation(KnownTypes types, IOperation filter)
    {
        foreach (var part in filter.DescendantsAndSelf())
        {
            switch (part)
            {
                case INegatedPatternOperation { Pattern: ITypePatternOperation { MatchedType: { } matched } }:
                    return matched.IsOrInherits(types.OperationCanceledException);
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } negated:
                    return negated.Operand.Bare() is IIsTypeOperation or IIsPatternOperation || MentionsRequest(negated.Operand);
                case ITypePatternOperation { MatchedType: { } type }:
                    return !type.IsOrInherits(types.OperationCanceledException) && !types.OperationCanceledException.IsOrInherits(type as INamedTypeSymbol);
            }
        }
        return false;
    }

    private static bool IsCancelledBranch(IConditionalOperation conditional, IOperation child)
    {
        if (child == conditional.Condition || !MentionsRequest(conditional.Condition))
            return false;
        return conditional.Condition.Bare() is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }
            ? conditional.WhenFalse == child
            : conditional.WhenTrue == child;
    }

    // After `while (!token.IsCancellationRequested) { … }` the last batch is flushed: the token is cancelled by then.
    private static bool FollowsLoopUntilCancelled(IBlockOperation block, IOperation statement)
    {
        foreach (var earlier in block.Operations)
        {
            if (earlier == statement)
                return false;
            if (earlier is IWhileLoopOperation { Condition: { } condition } && MentionsRequest(condition))
                return true;
        }
        return false;
    }

    private static bool MentionsRequest(IOperation condition)
    {
        foreach (var part in condition.DescendantsAndSelf())
        {
            if (part is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" })
                return true;
        }
        return false;
    }
}
