using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>What stands between the start of a handler and a point on a path through it.</summary>
internal enum Guard
{
    None,

    /// <summary>A test that excuses silence: no logger there, the level is off, cancellation was asked for.</summary>
    Excusing,

    /// <summary>A test of something else than the exception.</summary>
    Unrelated,
}

/// <summary>A path: whether what the rule asks for has happened on it, and which conditions led here.</summary>
internal readonly record struct HandlerPath(bool IsSettled, Guard Guard);

/// <summary>How a path leaves a handler without a throw.</summary>
internal enum ExitKind
{
    End,
    Return,
    Continue,
    Break,
    Elsewhere,
}

/// <summary>The end of a path.</summary>
/// <param name="Kind">How the handler is left.</param>
/// <param name="Path">What happened before.</param>
/// <param name="Statement">The return or branch; null at the handler's end.</param>
internal readonly record struct HandlerExit(ExitKind Kind, HandlerPath Path, IOperation? Statement);

/// <summary>
/// Follows the paths through the handler of a catch clause, statement by statement, and collects how they leave it. A rule
/// says what settles a path; merged paths count as unsettled when one of them is, so that "on some path" holds.
/// </summary>
internal abstract class HandlerWalk(CatchFacts facts)
{
    private readonly List<HandlerExit> _exits = [];

    protected CatchFacts Facts { get; } = facts;

    public IReadOnlyList<HandlerExit> Exits => _exits;

    /// <summary>Whether some path ends in a throw.</summary>
    public bool SomePathThrows { get; private set; }

    /// <summary>Whether something settled a path, even if other paths go past it.</summary>
    public bool SomethingSettles { get; protected set; }

    /// <summary>Walks the handler and what is reached from its end: see <see cref="AfterAttempt.Of"/>.</summary>
    public void Run()
    {
        if (Walk(Facts.Clause.Handler, default) is not { } path)
            return;
        var behind = AfterAttempt.Of(Facts);
        // A choice or a loop behind the try is another way to the answer, and no longer the handler's doing.
        if (WalkAll(behind, behind.Any(IsChoice) ? path with { IsSettled = true } : path) is { } end)
            _exits.Add(new HandlerExit(ExitKind.End, end, null));
    }

    private static bool IsChoice(IOperation statement) => statement is IConditionalOperation or ILoopOperation or ISwitchOperation or ITryOperation;

    /// <summary>The path after an expression was evaluated.</summary>
    protected abstract HandlerPath After(IOperation expression, HandlerPath path);

    /// <summary>The path after <c>return</c> with this value.</summary>
    protected abstract HandlerPath AfterReturn(IOperation value, HandlerPath path);

    /// <summary>The paths on which a test of the caught exception's type holds and fails; null where no path of interest goes.</summary>
    protected abstract (HandlerPath? WhenTrue, HandlerPath? WhenFalse) SplitByType(IOperation test, HandlerPath path);

    /// <summary>Called where a path ends in a throw.</summary>
    protected virtual void AtThrow(IThrowOperation thrown, HandlerPath path)
    {
    }

    protected HandlerPath Settled(HandlerPath path)
    {
        SomethingSettles = true;
        return path with { IsSettled = true };
    }

    // The path after the statement; null when it is always left by a jump or a throw.
    private HandlerPath? Walk(IOperation statement, HandlerPath path) => statement switch
    {
        IBlockOperation block => WalkAll(block.Operations, path),
        IConditionalOperation condition => WalkIf(condition, path),
        ISwitchOperation choice => WalkSwitch(choice, path),
        ITryOperation attempt => WalkTry(attempt, path),
        ILoopOperation loop => WalkLoop(loop, path),
        IThrowOperation thrown => Throw(thrown, path),
        IReturnOperation exit =>
            Leave(ExitKind.Return, exit, exit.ReturnedValue is { } value ? AfterReturn(value, path) : path),
        IBranchOperation branch => WalkBranch(branch, path),
        IUsingOperation @using => Walk(@using.Body, After(@using.Resources, path)),
        ILockOperation @lock => Walk(@lock.Body, path),
        ILabeledOperation { Operation: { } labelled } => Walk(labelled, path),
        IExpressionStatementOperation { Operation: IThrowOperation thrown } => Throw(thrown, path),
        IExpressionStatementOperation expression => AfterStatement(expression.Operation, path),
        ILocalFunctionOperation or IEmptyOperation or ILabeledOperation => path,
        _ => After(statement, path),
    };

    private HandlerPath? AfterStatement(IOperation expression, HandlerPath path)
    {
        if (!NeverReturns(expression))
            return After(expression, path);
        SomePathThrows = true;
        return null;
    }

    private HandlerPath? WalkAll(IEnumerable<IOperation> statements, HandlerPath path)
    {
        foreach (var statement in statements)
        {
            if (Walk(statement, path) is not { } next)
                return null;
            path = next;
        }
        return path;
    }

    private HandlerPath? WalkIf(IConditionalOperation condition, HandlerPath path)
    {
        var (whenTrue, whenFalse) = Split(condition.Condition, path);
        var then = whenTrue is { } t ? Walk(condition.WhenTrue, t) : null;
        var otherwise = whenFalse is { } f ? condition.WhenFalse is { } body ? Walk(body, f) : f : null;
        // Neither side did anything: the condition is no guard of what comes after.
        if (then is { IsSettled: false } && otherwise is { IsSettled: false })
            return path;
        return Join(then, otherwise);
    }

    private (HandlerPath?, HandlerPath?) Split(IOperation condition, HandlerPath path)
    {
        switch (condition.Unwrap())
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                var (holds, fails) = Split(not.Operand, path);
                return (fails, holds);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and:
                var (left, notLeft) = Split(and.LeftOperand, path);
                var (both, notRight) = left is { } l ? Split(and.RightOperand, l) : (null, null);
                return (both, Join(notLeft, notRight));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } or:
                var (first, notFirst) = Split(or.LeftOperand, path);
                var (second, neither) = notFirst is { } n ? Split(or.RightOperand, n) : (null, null);
                return (Join(first, second), neither);
            case IIsPatternOperation { Pattern: INegatedPatternOperation } negated when Facts.IsCaught(negated.Value.Unwrap()):
                var (is_, isNot) = SplitByType(negated, path);
                return (isNot, is_);
            case IIsTypeOperation test when Facts.IsCaught(test.ValueOperand.Unwrap()):
                return SplitByType(test, path);
            case IIsPatternOperation test when Facts.IsCaught(test.Value.Unwrap()):
                return SplitByType(test, path);
            case var other:
                var after = After(other, path);
                if (Facts.Mentions(other))
                    return (after, after);
                after = path with { Guard = Max(path.Guard, Excuses(other) ? Guard.Excusing : Guard.Unrelated) };
                return (after, after);
        }
    }

    private HandlerPath? WalkSwitch(ISwitchOperation choice, HandlerPath path)
    {
        var isAboutType = Facts.IsCaught(choice.Value.Unwrap());
        var entry = isAboutType ? path
            : Facts.Mentions(choice.Value) ? After(choice.Value, path)
            : path with { Guard = Guard.Unrelated };
        HandlerPath? result = null;
        HandlerPath? rest = entry;
        ISwitchCaseOperation? byDefault = null;
        foreach (var section in choice.Cases)
        {
            if (section.Clauses.Any(c => c.CaseKind == CaseKind.Default))
            {
                byDefault = section;
                continue;
            }
            var (start, otherwise) = isAboutType && rest is { } before ? SplitByType(section, before) : (entry, rest);
            rest = otherwise;
            if (start is { } from)
                result = Join(result, WalkAll(section.Body, from));
        }
        result = Join(result, byDefault is not null && rest is { } left ? WalkAll(byDefault.Body, left) : null);
        foreach (var exit in TakeBreaks(choice.ExitLabel))
            result = Join(result, exit.Path);
        return byDefault is null ? Join(result, rest) : result;
    }

    private HandlerPath? WalkTry(ITryOperation attempt, HandlerPath path)
    {
        var start = attempt.Finally is { } last && Walk(last, path) is { IsSettled: true } settled ? settled : path;
        var result = Walk(attempt.Body, start);
        foreach (var clause in attempt.Catches)
            result = Join(result, Walk(clause.Handler, start));
        return result;
    }

    private HandlerPath? WalkLoop(ILoopOperation loop, HandlerPath path)
    {
        var entry = loop is IForEachLoopOperation each ? After(each.Collection, path)
            : loop is IWhileLoopOperation { Condition: { } condition } && Facts.Mentions(condition) ? After(condition, path)
            : path;
        var result = Join(Walk(loop.Body, entry), entry);
        foreach (var exit in TakeBreaks(loop.ExitLabel).Concat(TakeBreaks(loop.ContinueLabel)))
            result = Join(result, exit.Path);
        return result;
    }

    // Jumps inside the handler do not leave it.
    private List<HandlerExit> TakeBreaks(ILabelSymbol label)
    {
        var taken = _exits.FindAll(e => e.Statement is IBranchOperation branch && branch.Target.Is(label));
        _exits.RemoveAll(e => e.Statement is IBranchOperation branch && branch.Target.Is(label));
        return taken;
    }

    private HandlerPath? WalkBranch(IBranchOperation branch, HandlerPath path) => Leave(
        branch.BranchKind switch { BranchKind.Continue => ExitKind.Continue, BranchKind.Break => ExitKind.Break, _ => ExitKind.Elsewhere },
        branch,
        path);

    private HandlerPath? Leave(ExitKind kind, IOperation statement, HandlerPath path)
    {
        _exits.Add(new HandlerExit(kind, path, statement));
        return null;
    }

    private HandlerPath? Throw(IThrowOperation thrown, HandlerPath path)
    {
        SomePathThrows = true;
        AtThrow(thrown, path);
        return null;
    }

    private static HandlerPath? Join(HandlerPath? left, HandlerPath? right)
    {
        if (left is not { } a || right is not { } b)
            return left ?? right;
        if (a.IsSettled != b.IsSettled)
            return a.IsSettled ? b : a;
        return new HandlerPath(a.IsSettled, a.Guard < b.Guard ? a.Guard : b.Guard);
    }

    private static Guard Max(Guard left, Guard right) => left > right ? left : right;

    private static bool Excuses(IOperation condition) => condition switch
    {
        IIsPatternOperation => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison =>
            comparison.LeftOperand.Unwrap().ConstantValue is { HasValue: true, Value: null } || comparison.RightOperand.Unwrap().ConstantValue is { HasValue: true, Value: null },
        IInvocationOperation call => call.TargetMethod.Name == "IsEnabled",
        IPropertyReferenceOperation { Property.Name: var name } =>
            name is "HasValue" or "IsCancellationRequested" || (name.StartsWith("Is", StringComparison.Ordinal) && name.EndsWith("Enabled", StringComparison.Ordinal)),
        _ => false,
    };

    private static bool NeverReturns(IOperation expression)
    {
        if (expression.Unwrap() is not IInvocationOperation { TargetMethod: var method })
            return false;
        if (method is { Name: "Exit" or "FailFast", ContainingType: { Name: "Environment", ContainingNamespace.Name: "System" } })
            return true;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "DoesNotReturnAttribute")
                return true;
        }
        return false;
    }
}
