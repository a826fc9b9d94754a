using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Tells the numbers that callers give to say how much.</summary>
internal static class QuantityInputs
{
    private static readonly HashSet<string> s_quantities = NameWords.Set("quantity quantities qty amount count limit");
    private static readonly HashSet<string> s_stores = NameWords.Set("balance balances stock stocks quantity quantities inventory available reserved onhand credit credits funds points units shares budget allowance");

    // `offset`, `delta` and their like may be negative on purpose.
    private static readonly HashSet<string> s_signed = NameWords.Set("delta change adjustment correction difference signed net offset");

    private static readonly string[] s_checks =
        ["ThrowIf", "Require", "Ensure", "Check", "Validate", "Verify", "Clamp", "Min", "Max", "Abs", "Positive", "Negative", "Against", "IsValid", "Assert", "Guard"];

    /// <summary>Whether the parameter is a number that can be negative, named after a quantity.</summary>
    public static bool IsQuantity(IParameterSymbol parameter) =>
        parameter.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Decimal or SpecialType.System_Double or SpecialType.System_Single
        && NameWords.HasAny(parameter.Name, s_quantities) && !NameWords.HasAny(parameter.Name, s_signed);

    /// <summary>Whether the name is that of something that is there in some quantity.</summary>
    public static bool IsStore(string name) => NameWords.HasAny(name, s_stores) || name.TrimStart('_').Equals("onHand", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether anything in the body compares the parameter, bounds it, or gives it to somebody who does.</summary>
    public static bool IsChecked(IParameterSymbol parameter, IOperation body)
    {
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "RangeAttribute" or "NonNegativeValueAttribute")
                return true;
        }
        foreach (var operation in body.Descendants())
        {
            if (operation is IParameterReferenceOperation reference && reference.Parameter.Is(parameter) && IsCheck(reference))
                return true;
        }
        return false;
    }

    private static bool IsCheck(IOperation reference)
    {
        for (var (child, parent) = (reference, reference.Parent); parent is not null; (child, parent) = (parent, parent.Parent))
        {
            switch (parent)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals }:
                case IIsPatternOperation or ISwitchOperation or ISwitchExpressionOperation:
                case IConversionOperation { IsChecked: true, IsImplicit: false }:
                    return true;
                case IArgumentOperation { Parent: IInvocationOperation call }:
                    return Array.Exists(s_checks, c => call.TargetMethod.Name.IndexOf(c, StringComparison.Ordinal) >= 0) || call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean || call.TargetMethod.ContainingType.Name is "Guard" or "Ensure" or "Check" or "Requires" or "Throw";
                case IBinaryOperation or IConversionOperation or IParenthesizedOperation or IUnaryOperation:
                    break;
                default:
                    return false;
            }
        }
        return false;
    }
}
