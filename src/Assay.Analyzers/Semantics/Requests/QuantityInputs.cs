using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>A number that a caller gives: a parameter, or a property of one.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Symbol">What holds the number: the parameter itself or its property.</param>
internal sealed record QuantityInput(IParameterSymbol Parameter, ISymbol Symbol)
{
    public bool IsParameter => Symbol is IParameterSymbol;

    public string Name => IsParameter ? Symbol.Name : Parameter.Name + "." + Symbol.Name;
}

/// <summary>Tells the numbers that callers give to say how much.</summary>
internal static class QuantityInputs
{
    private static readonly HashSet<string> s_quantities = NameWords.Set("quantity quantities qty amount count limit");
    private static readonly HashSet<string> s_stores = NameWords.Set("balance balances stock stocks quantity quantities inventory available reserved onhand credit credits funds points units shares budget allowance");

    // `offset`, `delta` and their like may be negative on purpose.
    private static readonly HashSet<string> s_signed = NameWords.Set("delta change adjustment correction difference signed net offset");

    // `_availableStart += byteCount` moves through a buffer.
    private static readonly HashSet<string> s_places = NameWords.Set("start end offset index position pointer cursor byte bytes char chars buffer length size");

    private static readonly string[] s_checks =
        ["ThrowIf", "Require", "Ensure", "Check", "Validate", "Verify", "Clamp", "Min", "Max", "Abs", "Positive", "Negative", "Against", "IsValid", "Assert", "Guard"];

    /// <summary>The input that the value is, or is a multiple of; null when it is none.</summary>
    public static QuantityInput? In(IOperation value)
    {
        value = value.Bare();
        return value switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product => In(product.LeftOperand) ?? In(product.RightOperand),
            IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter } when IsQuantity(parameter.Name, parameter.Type) => new(parameter, parameter),
            IPropertyReferenceOperation { Property: { IsIndexer: false } property, Instance: { } owner } when owner.Bare() is IParameterReferenceOperation { Parameter: var parameter } && IsQuantity(property.Name, property.Type) => new(parameter, property),
            _ => null,
        };
    }

    // A number that can be negative, named after a quantity.
    private static bool IsQuantity(string name, ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Decimal or SpecialType.System_Double or SpecialType.System_Single
        && NameWords.HasAny(name, s_quantities) && !NameWords.HasAny(name, s_signed);

    /// <summary>Whether the name is that of something that is there in some quantity.</summary>
    public static bool IsStore(string name) => NameWords.HasAny(name, s_stores) && !NameWords.HasAny(name, s_places) || name.TrimStart('_').Equals("onHand", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether anything in the body compares the number, bounds it, or gives it to somebody who does.</summary>
    public static bool IsChecked(QuantityInput input, IOperation body)
    {
        foreach (var attribute in Attributes(input.Symbol))
        {
            if (attribute.AttributeClass?.Name is "RangeAttribute" or "NonNegativeValueAttribute" or "AllowedValuesAttribute")
                return true;
        }
        if (!input.IsParameter && input.Parameter.Type.AllInterfaces.Any(i => i.Name == "IValidatableObject"))
            return true;
        foreach (var operation in body.Descendants())
        {
            if (Reads(operation, input) && IsCheck(operation))
                return true;
        }
        return false;
    }

    // The attributes of a positional record stand on the parameter of its constructor.
    private static IEnumerable<AttributeData> Attributes(ISymbol symbol)
    {
        if (symbol is not IPropertySymbol { ContainingType: { IsRecord: true } record })
            return symbol.GetAttributes();
        return record.InstanceConstructors.SelectMany(c => c.Parameters).Where(p => p.Name == symbol.Name).SelectMany(p => p.GetAttributes()).Concat(symbol.GetAttributes());
    }

    // Whoever gets the whole request may look at the number.
    private static bool Reads(IOperation operation, QuantityInput input) => operation switch
    {
        IParameterReferenceOperation reference => reference.Parameter.Is(input.Parameter) && (input.IsParameter || reference.Parent is IArgumentOperation),
        IPropertyReferenceOperation property => property.Property.Is(input.Symbol),
        _ => false,
    };

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
