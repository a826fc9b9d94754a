using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>Small questions about symbols that several rules ask.</summary>
internal static class SymbolQuestions
{
    public static bool Is(this ISymbol? symbol, ISymbol? other) =>
        symbol is not null && SymbolEqualityComparer.Default.Equals(symbol, other);

    /// <summary>Whether the type is <paramref name="ancestor"/>, derives from it, or implements it; generics by definition.</summary>
    public static bool IsOrInherits(this ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        if (type is null || ancestor is null)
            return false;
        if (type is ITypeParameterSymbol parameter)
        {
            foreach (var constraint in parameter.ConstraintTypes)
            {
                if (constraint.IsOrInherits(ancestor))
                    return true;
            }
            return false;
        }
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.OriginalDefinition.Is(ancestor))
                return true;
        }
        if (ancestor.TypeKind != TypeKind.Interface)
            return false;
        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.OriginalDefinition.Is(ancestor))
                return true;
        }
        return false;
    }
}
