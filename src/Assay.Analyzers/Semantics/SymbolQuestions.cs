using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>Small questions about symbols that several rules ask.</summary>
internal static class SymbolQuestions
{
    /// <summary>Whether the compiler gives the property a field of its own: it is one by another name.</summary>
    public static bool IsAutoProperty(this IPropertySymbol property)
    {
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol field && field.AssociatedSymbol.Is(property))
                return true;
        }
        return false;
    }

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
