using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The one table of framework types whose documentation says that one object serves one thread at a time.</summary>
internal static class NotThreadSafe
{
    /// <summary>Whether two threads must not use one object of the type at once.</summary>
    public static bool Is(ITypeSymbol type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (IsListed(current))
                return true;
        }
        return false;
    }

    private static bool IsListed(ITypeSymbol type) => type.Name switch
    {
        "Random" => type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true },
        "StringBuilder" => type.ContainingNamespace is { Name: "Text", ContainingNamespace.Name: "System" },
        "HashAlgorithm" or "DeriveBytes" or "SymmetricAlgorithm" or "IncrementalHash" => type.ContainingNamespace is { Name: "Cryptography" },
        "DbContext" => type.ContainingNamespace is { Name: "EntityFrameworkCore" },
        "DbConnection" or "DbCommand" => type.ContainingNamespace is { Name: "Common", ContainingNamespace.Name: "Data" },
        _ => false,
    };
}
