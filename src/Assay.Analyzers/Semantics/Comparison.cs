using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>A comparison with its constant at the right: <c>0 &lt; count</c> is <c>count &gt; 0</c>.</summary>
internal readonly record struct Comparison(IOperation Left, BinaryOperatorKind Operator, IOperation Right)
{
    /// <summary>The comparison that the operation is; null when it is none.</summary>
    public static Comparison? Of(IOperation? operation)
    {
        if (operation is not IBinaryOperation binary || Turned(binary.OperatorKind) is not { } turned)
            return null;
        return IsFixed(binary.LeftOperand) && !IsFixed(binary.RightOperand)
            ? new(binary.RightOperand, turned, binary.LeftOperand)
            : new(binary.LeftOperand, binary.OperatorKind, binary.RightOperand);
    }

    /// <summary>The comparison with the smaller side at the left: <c>limit &gt; n</c> is <c>n &lt; limit</c>.</summary>
    public Comparison SmallerFirst() =>
        Operator is BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual ? new(Right, Turned(Operator)!.Value, Left) : this;

    private static bool IsFixed(IOperation value) => value.ConstantValue.HasValue || value.Bare() is IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } } or IDefaultValueOperation;

    private static BinaryOperatorKind? Turned(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals => kind,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        _ => null,
    };
}
