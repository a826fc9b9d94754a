using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>Questions about where code stands.</summary>
internal static class Places
{
    /// <summary>The line as an editor counts it.</summary>
    public static int Line(this Location location) => location.GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>Whether code of another assembly can name the type: public, or protected in such a type.</summary>
    public static bool IsVisibleOutsideAssembly(this ITypeSymbol type)
    {
        for (ISymbol? current = type; current is ITypeSymbol; current = current.ContainingType)
        {
            if (current.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
                return false;
        }
        return true;
    }
}
