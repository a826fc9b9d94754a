using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>What the code behind a try statement says about its failure.</summary>
internal static class AfterAttempt
{
    /// <summary>
    /// The statements behind a try that returns when it succeeds: they are the way of the failure, as much as the handler is,
    /// as in <c>try { return Parse(text); } catch { } throw new FormatException(text);</c>. Empty for any other try.
    /// </summary>
    public static IEnumerable<IOperation> Of(CatchFacts facts) =>
        facts.EnclosingLoop is null && Returns(facts.Attempt.Body) ? Following(facts.Attempt) : [];

    /// <summary>
    /// The local that the try fills and a condition behind it tests, as in <c>if (found == null)</c>; null when there is none.
    /// The failure is then answered there.
    /// </summary>
    public static ILocalSymbol? TestedOutcome(CatchFacts facts)
    {
        var following = Following(facts.Attempt);
        if (following.Count == 0)
            return null;
        foreach (var inner in facts.Attempt.Body.Descendants())
        {
            var target = inner switch
            {
                ISimpleAssignmentOperation assignment => assignment.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument => argument.Value,
                _ => null,
            };
            if (target is ILocalReferenceOperation { Local: var local } && IsTested(local, following))
                return local;
        }
        return null;
    }

    // What runs after the try, in its block and in the blocks around that.
    private static List<IOperation> Following(ITryOperation attempt)
    {
        var result = new List<IOperation>();
        IOperation child = attempt;
        for (var parent = attempt.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation or ITryOperation or ICatchClauseOperation)
                return result;
            if (parent is not IBlockOperation block)
                continue;
            for (var i = block.Operations.IndexOf(child) + 1; i < block.Operations.Length; i++)
                result.Add(block.Operations[i]);
        }
        return result;
    }

    private static bool IsTested(ILocalSymbol local, List<IOperation> following)
    {
        foreach (var statement in following)
        {
            foreach (var inner in statement.DescendantsAndSelf())
            {
                var condition = inner switch
                {
                    IConditionalOperation choice => choice.Condition,
                    ICoalesceOperation fallback => fallback.Value,
                    IWhileLoopOperation loop => loop.Condition,
                    ISwitchOperation choice => choice.Value,
                    ISwitchExpressionOperation choice => choice.Value,
                    _ => null,
                };
                if (condition is not null && Reads(condition, local))
                    return true;
            }
        }
        return false;
    }

    private static bool Reads(IOperation condition, ILocalSymbol local)
    {
        foreach (var inner in condition.DescendantsAndSelf())
        {
            if (inner is ILocalReferenceOperation reference && reference.Local.Is(local))
                return true;
        }
        return false;
    }

    private static bool Returns(IOperation body)
    {
        foreach (var child in body.ChildOperations)
        {
            if (child is IReturnOperation || (child is not (IAnonymousFunctionOperation or ILocalFunctionOperation) && Returns(child)))
                return true;
        }
        return false;
    }
}
