using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Which values another thread can read half old, half new.</summary>
internal static class Tearing
{
    /// <summary>Whether the read takes more than one word from the variable.</summary>
    public static bool IsTornRead(IOperation read)
    {
        if (!IsTorn(read.Type))
            return false;
        // `_state.IsCompleted` looks at one part where it lies and copies nothing.
        var isPart = read.Parent is IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } part && part.Instance == read && !IsTorn(part.Type);
        return !isPart || IsMadeOfParts(read.Type!) && read.Parent is not IPropertyReferenceOperation { Property.Name: "HasValue" };
    }

    public static bool IsTorn(ITypeSymbol? type)
    {
        if (type is not { IsValueType: true, TypeKind: TypeKind.Struct })
            return false;
        if (IsMadeOfParts(type))
            return true;
        return type.SpecialType == SpecialType.None && !IsOneWord(type);
    }

    // The private fields of framework types are not in the references, and their members look at several.
    private static bool IsMadeOfParts(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_Decimal || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
        || type.SpecialType == SpecialType.None && type.Name is "Guid" or "DateTimeOffset" or "Int128" or "UInt128" or "BigInteger" or "KeyValuePair";

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
