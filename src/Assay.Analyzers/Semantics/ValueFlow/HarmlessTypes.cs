using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>Tells which types hold no free text: what was parsed to a number, an enum, a Guid or a date is not what somebody typed any more.</summary>
internal static class HarmlessTypes
{
    public static bool IsHarmless(this ITypeSymbol? type) => type switch
    {
        null => false,
        { TypeKind: TypeKind.Enum or TypeKind.Delegate or TypeKind.Pointer } => true,
        { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_UIntPtr and not SpecialType.System_String or SpecialType.System_DateTime } => true,
        ITypeParameterSymbol parameter => IsHarmless(parameter),
        IArrayTypeSymbol array => IsHarmlessElement(array.ElementType),
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => nullable.TypeArguments[0].IsHarmless(),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TypeArguments.All(IsHarmless),
        INamedTypeSymbol { TypeArguments: { Length: 1 } element } generic when IsCollection(generic) => IsHarmlessElement(element[0]),
        INamedTypeSymbol named => IsHarmlessStruct(named),
        _ => false,
    };

    /// <summary>Whether a value of the type may hold text that somebody else wrote.</summary>
    public static bool HoldsContent(this ITypeSymbol? type) => type switch
    {
        null => false,
        { SpecialType: SpecialType.System_String or SpecialType.System_Object } => true,
        IArrayTypeSymbol array => !IsHarmlessElement(array.ElementType),
        ITypeParameterSymbol parameter => !IsHarmless(parameter),
        INamedTypeSymbol { Name: "StringComparison" or "IFormatProvider" or "CultureInfo" or "Encoding" or "StringComparer" or "JsonSerializerOptions" or "CancellationToken" or "Regex" } => false,
        { TypeKind: TypeKind.Delegate } => false,
        _ => !type.IsHarmless(),
    };

    private static bool IsHarmless(ITypeParameterSymbol parameter)
    {
        foreach (var constraint in parameter.ConstraintTypes)
        {
            if (constraint.SpecialType == SpecialType.System_Enum || constraint.Name is "INumber" or "IBinaryInteger")
                return true;
        }
        return false;
    }

    // Bytes and characters in a row are text again.
    private static bool IsHarmlessElement(ITypeSymbol element) =>
        element.SpecialType is not (SpecialType.System_Byte or SpecialType.System_Char) && element.IsHarmless();

    private static bool IsCollection(INamedTypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() is { } space && (space.StartsWith("System.Collections", StringComparison.Ordinal) || space == "System.Linq" || space == "System");

    private static bool IsHarmlessStruct(INamedTypeSymbol type) => type.Name switch
    {
        "Guid" or "DateTimeOffset" or "TimeSpan" or "DateOnly" or "TimeOnly" or "Half" or "Int128" or "UInt128" or "Version" or "Type" or "Index" or "Range" =>
            type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true },
        "BigInteger" => type.ContainingNamespace?.Name == "Numerics",
        "CancellationToken" => type.ContainingNamespace?.Name == "Threading",
        "Ulid" => true,
        _ => false,
    };
}
