using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Tells properties that are fields from those that run code.</summary>
internal static class AutoProperties
{
    /// <summary>Whether reading or writing the property is no more than reading or writing its field.</summary>
    public static bool Is(IPropertySymbol property) => HasField(property) && !HasCode(property);

    /// <summary>The member that a field is the state of: for the field behind a property that names it <c>field</c>, the property.</summary>
    public static ISymbol StateOf(ISymbol member) => member is IFieldSymbol { AssociatedSymbol: IPropertySymbol property } ? property.OriginalDefinition : member;

    // `get { lock (_gate) return field; }`
    private static bool HasCode(IPropertySymbol property)
    {
        foreach (var reference in property.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is not PropertyDeclarationSyntax declared)
                continue;
            if (declared.ExpressionBody is not null)
                return true;
            foreach (var accessor in declared.AccessorList?.Accessors ?? default)
            {
                if (accessor.Body is not null || accessor.ExpressionBody is not null)
                    return true;
            }
        }
        return false;
    }

    public static bool HasField(IPropertySymbol property)
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
