using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Whether what happens somewhere in a try body can arrive at a clause of that try statement as a cancellation.</summary>
internal static class CaughtInside
{
    /// <summary>Whether a token that is used there can cancel something that the clause then catches.</summary>
    public static bool CanLeave(IOperation use, CatchFacts facts)
    {
        // `listener.OnCanceled(token)` tells of a cancellation that has come already.
        if (use.Parent is IInvocationOperation { TargetMethod.Name: var told } && TellsOfCancellation(told))
            return false;
        return RunsThere(use, facts.Attempt) && !Is(use, facts);
    }

    /// <summary>Whether a try statement in between takes the cancellation.</summary>
    public static bool Is(IOperation use, CatchFacts facts)
    {
        IOperation child = use;
        for (var parent = use.Parent; parent is not null && parent != facts.Attempt; child = parent, parent = parent.Parent)
        {
            if (parent is ITryOperation inner && inner.Body == child && TakesCancellation(inner, facts))
                return true;
        }
        return false;
    }

    private static bool TakesCancellation(ITryOperation attempt, CatchFacts facts)
    {
        foreach (var clause in attempt.Catches)
        {
            if (clause.ExceptionType.IsOrInherits(facts.Types.OperationCanceledException))
                return !GivesOn(clause.Handler);
            // Another wide clause, of which the rule speaks by itself.
            if (clause is { Filter: null, ExceptionType: { } wide } && (wide.SpecialType == SpecialType.System_Object || wide.Is(facts.Types.Exception)))
                return !clause.Handler.Descendants().Any(o => o is IThrowOperation);
        }
        return false;
    }

    // `catch (OperationCanceledException) { throw; }`; a throw behind a choice was thought about.
    private static bool GivesOn(IBlockOperation handler)
    {
        foreach (var statement in handler.Operations)
        {
            if (statement is IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation })
                return true;
            if (statement is not IExpressionStatementOperation)
                return false;
        }
        return false;
    }

    // A lambda that is only made, kept or returned in the try runs when the try is over.
    private static bool RunsThere(IOperation use, IOperation attempt)
    {
        for (var parent = use.Parent; parent is not null && parent != attempt; parent = parent.Parent)
        {
            if (parent is ILocalFunctionOperation)
                return false;
            if (parent is not IAnonymousFunctionOperation)
                continue;
            var taker = parent.Parent;
            while (taker is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
                taker = taker.Parent;
            if (taker is not IArgumentOperation)
                return false;
        }
        return true;
    }

    private static bool TellsOfCancellation(string method) =>
        method.StartsWith("OnCancel", StringComparison.Ordinal) || method.StartsWith("SetCancel", StringComparison.Ordinal)
        || method.StartsWith("TrySetCancel", StringComparison.Ordinal);
}
