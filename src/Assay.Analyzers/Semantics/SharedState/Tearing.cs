using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Which values another thread can read half old, half new.</summary>
internal static class Tearing
{
    public static bool IsTorn(ITypeSymbol? type)
    {
        if (type is not { IsValueType: true, TypeKind: TypeKind.Struct })
            return false;
        if (type.SpecialType == SpecialType.System_Decimal || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
            return true;
        if (type.SpecialType != SpecialType.None)
            return false;
        // The private fields of framework types are not in the references.
        return type.Name is "Guid" or "DateTimeOffset" or "Int128" or "UInt128" or "BigInteger" or "KeyValuePair" || !IsOneWord(type);
    }

    private static bool IsOneWord(ITypeSymbol type)
    {
        var fields = 0;
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false } field)
                fields += IsTorn(field.Type) ? 2 : 1;
        }
        return fields <= 1 || type.Name is "DateTime" or "TimeSpan" or "CancellationToken";
    }
}
