using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Tells properties that are fields from those that run code.</summary>
internal static class AutoProperties
{
    public static bool Is(IPropertySymbol property)
    {
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol field && property.OriginalDefinition.Is(field.AssociatedSymbol?.OriginalDefinition))
                return true;
        }
        return false;
    }
}

/// <summary>Tells parameters that members of the type may use from those of one function.</summary>
internal static class PrimaryParameters
{
    public static bool Is(IParameterSymbol parameter)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Constructor, DeclaringSyntaxReferences: { Length: 1 } declared, ContainingType.IsRecord: false })
            return false;
        return declared[0].GetSyntax() is TypeDeclarationSyntax;
    }
}
