using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Money;

/// <summary>Tells the members and parameters whose type somebody else has decided.</summary>
internal static class DictatedTypes
{
    /// <summary>Whether another declaration, a foreign library or a layout in memory says what type the symbol has.</summary>
    public static bool IsDictated(ISymbol symbol)
    {
        var member = symbol is IParameterSymbol { ContainingSymbol: { } owner } ? owner : symbol;
        if (member is IMethodSymbol { AssociatedSymbol: { } accessed })
            member = accessed;
        return member.IsOverride || member.IsExtern || Implements(member) || IsMapped(symbol) || IsInterop(member);
    }

    // The declaration of the interface is the one to change.
    private static bool Implements(ISymbol member)
    {
        if (member is IMethodSymbol { ExplicitInterfaceImplementations.Length: > 0 } or IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 })
            return true;
        if (member.ContainingType is not { } type || member.IsStatic || member is IFieldSymbol)
            return false;
        foreach (var implemented in type.AllInterfaces)
        {
            foreach (var promised in implemented.GetMembers(member.Name))
            {
                if (member.Is(type.FindImplementationForInterfaceMember(promised)))
                    return true;
            }
        }
        return false;
    }

    // Columns of ML.NET are floats.
    private static bool IsMapped(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "LoadColumnAttribute" or "ColumnNameAttribute" or "VectorTypeAttribute" or "FieldOffsetAttribute" or "MarshalAsAttribute")
                return true;
        }
        return false;
    }

    private static bool IsInterop(ISymbol member)
    {
        foreach (var attribute in member.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "DllImportAttribute" or "LibraryImportAttribute")
                return true;
        }
        if (member.ContainingType is not { } type)
            return false;
        foreach (var attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "StructLayoutAttribute" or "ComImportAttribute" or "UnmanagedFunctionPointerAttribute" or "InlineArrayAttribute")
                return true;
        }
        // The runtime adds no such attribute of its own accord.
        return type.IsComImport;
    }
}
