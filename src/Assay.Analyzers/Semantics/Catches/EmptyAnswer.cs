using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>Values that say nothing: default, null, false, zero, the empty text and empty collections, also inside a finished task.</summary>
internal static class EmptyAnswer
{
    public static bool Is(IOperation value) => value.Unwrap() switch
    {
        { ConstantValue: { HasValue: true, Value: var constant } } literal => IsEmpty(constant) && literal is not IFieldReferenceOperation,
        IDefaultValueOperation => true,
        IConversionOperation conversion => Is(conversion.Operand),
        IFieldReferenceOperation { Field: { IsStatic: true, Name: "Empty" or "Zero" } } => true,
        IPropertyReferenceOperation { Property: { IsStatic: true, Name: "Empty" or "Zero" or "CompletedTask" } } => true,
        IArrayCreationOperation { DimensionSizes.Length: 1 } array => array.DimensionSizes[0].ConstantValue is { HasValue: true, Value: 0 },
        ICollectionExpressionOperation collection => collection.Elements.IsEmpty,
        IObjectCreationOperation { Initializer: null } creation => IsEmptyCreation(creation),
        ITupleOperation tuple => AreEmpty(tuple),
        IInvocationOperation { Instance: null } call => IsEmptyCall(call),
        _ => false,
    };

    private static bool IsEmpty(object? constant) => constant switch
    {
        null or false or 0 or 0L or "" or '\0' => true,
        double number => number == 0,
        float number => number == 0,
        decimal number => number == 0,
        byte or sbyte or short or ushort or uint or ulong => Convert.ToDecimal(constant) == 0,
        _ => false,
    };

    private static bool IsEmptyCreation(IObjectCreationOperation creation)
    {
        if (creation.Type is not { } type)
            return false;
        if (creation.Arguments.IsEmpty)
            return type.SpecialType != SpecialType.System_Object && IsCollection(type);
        return type.Name == "ValueTask" && creation.Arguments.Length == 1 && Is(creation.Arguments.At(0).Value);
    }

    private static bool IsCollection(ITypeSymbol type)
    {
        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.SpecialType == SpecialType.System_Collections_IEnumerable)
                return true;
        }
        return false;
    }

    private static bool AreEmpty(ITupleOperation tuple)
    {
        foreach (var element in tuple.Elements)
        {
            if (!Is(element))
                return false;
        }
        return true;
    }

    private static bool IsEmptyCall(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "Empty", Parameters.IsEmpty: true } => true,
        { Name: "FromResult", ContainingType.Name: "Task" or "ValueTask" } => call.Arguments.Length == 1 && Is(call.Arguments.At(0).Value),
        _ => false,
    };
}
