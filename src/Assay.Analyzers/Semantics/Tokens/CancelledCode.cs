using Assay.Analyzers.Semantics.Tasks;
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

    /// <summary>
    /// Whether the token ends the work in its own way: <c>using (token.Register(() => socket.Dispose()))</c> around a call on
    /// <c>socket</c>.
    /// </summary>
    public static bool IsAbortedBy(TokenInScope token, IInvocationOperation call)
    {
        if (TaskCompletionPlace.Of(call.Instance) is not { } target)
            return false;
        IOperation child = call;
        for (var parent = call.Parent; parent is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IUsingOperation @using when @using.Body == child && Registers(@using.Resources, token, target):
                    return true;
                case IBlockOperation block when RegistersBefore(block, child, token, target):
                    return true;
            }
        }
        return false;
    }

    private static bool RegistersBefore(IBlockOperation block, IOperation statement, TokenInScope token, TaskCompletionPlace target)
    {
        foreach (var earlier in block.Operations)
        {
            if (earlier == statement)
                return false;
            if (earlier is IUsingDeclarationOperation && Registers(earlier, token, target))
                return true;
        }
        return false;
    }

    private static bool Registers(IOperation resources, TokenInScope token, TaskCompletionPlace target)
    {
        var isRegistered = false;
        var isTarget = false;
        foreach (var part in resources.DescendantsAndSelf())
        {
            isRegistered |= part is IInvocationOperation { TargetMethod.Name: "Register" or "UnsafeRegister", Instance: { } source }
                && TaskCompletionPlace.Of(source) is { Variable: { } variable } && variable.Is(token.Source);
            isTarget |= target.Equals(TaskCompletionPlace.Of(part));
        }
        return isRegistered && isTarget;
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
        return IsNegated(conditional.Condition.Bare()) ? conditional.WhenFalse == child : conditional.WhenTrue == child;
    }

    private static bool IsNegated(IOperation condition) =>
        condition is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand } && !IsNegated(operand.Bare());

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
