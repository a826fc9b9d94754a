using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Money;

/// <summary>Finds decimals that a computation turns into floats, though decimal could do it.</summary>
internal static class FloatRoundTrip
{
    /// <summary>The decimal that goes through the float; null when there is none, or when no decimal could be computed with instead.</summary>
    public static IOperation? Of(IOperation computed)
    {
        IOperation? source = null;
        var isComputed = false;
        foreach (var operation in computed.DescendantsAndSelf())
        {
            switch (operation)
            {
                // There is no decimal root, power or logarithm.
                case IInvocationOperation { TargetMethod: { ContainingType.Name: "Math" or "MathF", Name: not ("Round" or "Floor" or "Ceiling" or "Truncate" or "Abs" or "Min" or "Max") } }:
                    return null;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide }:
                    isComputed = true;
                    break;
                case IInvocationOperation { TargetMethod: { ContainingType.Name: "Math", Name: "Round" } }:
                    isComputed = true;
                    break;
                case IConversionOperation { IsImplicit: false, Operand: { Type.SpecialType: SpecialType.System_Decimal } exact } conversion when FloatNumbers.Of(conversion.Type) is not null:
                    source ??= exact.Bare();
                    break;
                case IInvocationOperation { TargetMethod: { Name: "ToDouble", ContainingType.Name: "Convert" or "Decimal" }, Arguments: { Length: 1 } arguments } when arguments.At(0).Value.Type?.SpecialType == SpecialType.System_Decimal:
                    source ??= arguments.At(0).Value.Bare();
                    break;
            }
        }
        return isComputed ? source : null;
    }
}
