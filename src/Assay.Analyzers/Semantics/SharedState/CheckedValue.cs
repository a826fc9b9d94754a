using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What conditions tell about the value they test.</summary>
internal static class CheckedValue
{
    /// <summary>What the tested value must be for the condition to come out as the control says.</summary>
    public static Found FoundBy(IOperation tested, Control control)
    {
        var (test, isAbsentWhenTrue) = TestOf(tested);
        if (test is null)
            // `_x ?? …` goes on when nothing is there.
            return control.Condition.Unwrap() == tested && control.Condition.Parent is ICoalesceOperation ? Found.Absent : Found.Unclear;
        if (control.Implies(test))
            return isAbsentWhenTrue ? Found.Absent : Found.Present;
        if (control.Excludes(test))
            return isAbsentWhenTrue ? Found.Present : Found.Absent;
        return Found.Unclear;
    }

    /// <summary>Whether a condition asks of the value if anything is there.</summary>
    public static bool IsTested(IOperation value) => TestOf(value).Test is not null || value.Parent is ICoalesceOperation;

    /// <summary>Whether the value is null, false, zero or the default of its type.</summary>
    public static bool IsNothing(IOperation value)
    {
        value = value.Bare();
        return value is IDefaultValueOperation
            || value.ConstantValue is { HasValue: true, Value: null or false or 0 or 0L or 0u or (byte)0 or "" }
            || value is IFieldReferenceOperation { Field: { IsReadOnly: true, IsStatic: true, Name: "Zero" or "Empty" or "MinValue" } };
    }

    // The smallest yes-or-no question about the value, and whether yes means that nothing is there.
    private static (IOperation? Test, bool IsAbsentWhenTrue) TestOf(IOperation tested)
    {
        var value = tested;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        switch (value.Parent)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } pair:
                var isEqual = pair.OperatorKind == BinaryOperatorKind.Equals;
                var other = pair.LeftOperand == value ? pair.RightOperand : pair.LeftOperand;
                if (IsNothing(other))
                    return (pair, isEqual);
                return other.ConstantValue is { HasValue: true } ? (pair, !isEqual) : (null, false);
            case IIsPatternOperation { Pattern: var pattern } match when match.Value == value:
                return OfPattern(match, pattern);
            case IPropertyReferenceOperation { Property.Name: "HasValue" } hasValue:
                return (hasValue, false);
            case IInvocationOperation { TargetMethod: { Name: "ReferenceEquals" or "Equals" } } equals when equals.Arguments.Length > 0 && IsNothing(equals.Arguments[equals.Arguments.Length - 1].Value):
                return (equals, true);
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace" } } isNull }:
                return (isNull, true);
        }
        return tested.Type is { SpecialType: SpecialType.System_Boolean } ? (tested, false) : (null, false);
    }

    private static (IOperation? Test, bool IsAbsentWhenTrue) OfPattern(IIsPatternOperation match, IPatternOperation pattern)
    {
        var isNegated = false;
        while (pattern is INegatedPatternOperation negated)
        {
            isNegated = !isNegated;
            pattern = negated.Pattern;
        }
        return pattern switch
        {
            IConstantPatternOperation constant => (match, IsNothing(constant.Value) != isNegated),
            IRecursivePatternOperation { DeconstructionSubpatterns.IsEmpty: true, PropertySubpatterns.IsEmpty: true } or IDeclarationPatternOperation or ITypePatternOperation => (match, isNegated),
            _ => (null, false),
        };
    }
}
