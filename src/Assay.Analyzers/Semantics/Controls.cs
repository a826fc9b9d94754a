using Assay.Analyzers.Semantics.Catches;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>A condition whose outcome decides whether an operation runs.</summary>
/// <param name="Condition">The condition, or the value that a switch tests.</param>
/// <param name="Outcome">The outcome with which the operation runs.</param>
/// <param name="KnownFrom">The position in the text from which the outcome stands: after a loop for the condition that ended it.</param>
internal readonly record struct Control(IOperation Condition, bool Outcome, int KnownFrom);

/// <summary>
/// Finds the conditions over an operation within its function: those around it, and those whose other outcome left before it
/// was reached (<c>if (…) return;</c>).
/// </summary>
internal static class Controls
{
    /// <summary>All conditions over the operation, the nearest first.</summary>
    public static IEnumerable<Control> Over(IOperation operation)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            // What runs a lambda or local function is not decided by the conditions around its text.
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                yield break;
            if (Around(parent, child) is { } control)
                yield return control;
            if (parent is ISwitchExpressionArmOperation { Guard: { } guard } arm && arm.Value == child)
                yield return Of(guard, true);
            if (parent is IBlockOperation or ISwitchCaseOperation)
            {
                foreach (var earlier in Before(parent, child))
                    yield return earlier;
            }
        }
    }

    /// <summary>Whether the outcome of the condition is possible only with <paramref name="part"/> true.</summary>
    public static bool Implies(this Control control, IOperation part) => Value(control.Condition, control.Outcome, part) == true;

    /// <summary>Whether the outcome of the condition is possible only with <paramref name="part"/> false.</summary>
    public static bool Excludes(this Control control, IOperation part) => Value(control.Condition, control.Outcome, part) == false;

    /// <summary>Whether control never goes past the statement.</summary>
    public static bool Leaves(IOperation? statement) => statement switch
    {
        IReturnOperation { Kind: OperationKind.Return } => true,
        IBranchOperation or IThrowOperation => true,
        IExpressionStatementOperation expression => expression.Operation.Unwrap() switch
        {
            IThrowOperation => true,
            IInvocationOperation call => NeverReturns(call.TargetMethod),
            _ => false,
        },
        IBlockOperation block => block.Operations.Length > 0 && Leaves(block.Operations[block.Operations.Length - 1]),
        IConditionalOperation { WhenFalse: { } otherwise } branch => Leaves(branch.WhenTrue) && Leaves(otherwise),
        ILockOperation @lock => Leaves(@lock.Body),
        IUsingOperation @using => Leaves(@using.Body),
        _ => false,
    };

    private static Control? Around(IOperation parent, IOperation child) => parent switch
    {
        IConditionalOperation branch when child == branch.WhenTrue => Of(branch.Condition, true),
        IConditionalOperation branch when child == branch.WhenFalse => Of(branch.Condition, false),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when child == both.RightOperand => Of(both.LeftOperand, true),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when child == either.RightOperand => Of(either.LeftOperand, false),
        ICoalesceOperation coalesce when child == coalesce.WhenNull => Of(coalesce.Value, false),
        IWhileLoopOperation { ConditionIsTop: true, Condition: { } condition } loop when child == loop.Body => Of(condition, !loop.ConditionIsUntil),
        IForLoopOperation { Condition: { } condition } loop when child == loop.Body => Of(condition, true),
        ISwitchCaseOperation { Parent: ISwitchOperation @switch } => Of(@switch.Value, true),
        ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation @switch } arm when child == arm.Value => Of(@switch.Value, true),
        _ => null,
    };

    private static IEnumerable<Control> Before(IOperation block, IOperation child)
    {
        var statements = block is IBlockOperation { Operations: var inBlock } ? inBlock : ((ISwitchCaseOperation)block).Body;
        for (var i = statements.IndexOf(child) - 1; i >= 0; i--)
        {
            switch (statements[i])
            {
                case IConditionalOperation branch:
                    var (first, second) = (Leaves(branch.WhenTrue), Leaves(branch.WhenFalse));
                    if (first != second)
                        yield return Of(branch.Condition, second);
                    break;
                case IWhileLoopOperation { Condition: { ConstantValue.HasValue: false } condition } loop:
                    yield return new(condition, loop.ConditionIsUntil, loop.Syntax.Span.End);
                    break;
            }
        }
    }

    // What the part of the condition must be for the condition to come out so; null when it may be either.
    private static bool? Value(IOperation condition, bool outcome, IOperation part)
    {
        condition = condition.Unwrap();
        if (condition == part)
            return outcome;
        return condition switch
        {
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => Value(not.Operand, !outcome, part),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when outcome =>
                Value(both.LeftOperand, true, part) ?? Value(both.RightOperand, true, part),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when !outcome =>
                Value(either.LeftOperand, false, part) ?? Value(either.RightOperand, false, part),
            IBinaryOperation when Comparison.Of(condition) is { Right.ConstantValue: { HasValue: true, Value: bool wanted } } compared =>
                Value(compared.Left, compared.Operator == BinaryOperatorKind.Equals ? outcome == wanted : outcome != wanted, part),
            IIsPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool wanted } } } matched =>
                Value(matched.Value, outcome == wanted, part),
            IConditionalAccessOperation access => Value(access.WhenNotNull, outcome, part),
            _ => null,
        };
    }

    private static Control Of(IOperation condition, bool outcome) => new(condition, outcome, condition.Syntax.Span.End);

    private static bool NeverReturns(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "DoesNotReturnAttribute")
                return true;
        }
        return false;
    }
}
