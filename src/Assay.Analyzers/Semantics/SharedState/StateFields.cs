using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Tells fields that hold state from constants, and from readonly references to things that look after themselves.</summary>
internal static class StateFields
{
    public static bool IsState(IFieldSymbol field) =>
        !field.IsConst && (!field.IsReadOnly || AccessShapes.IsCollection(field.Type) || field.Type.TypeKind == TypeKind.Array
            || IsConcurrentDictionary(field.Type) || NotThreadSafe.Is(field.Type));

    public static bool IsConcurrentDictionary(ITypeSymbol type) => type is { Name: "ConcurrentDictionary", ContainingNamespace.Name: "Concurrent" };

    /// <summary>The type of the state that a field, a property or a captured parameter holds.</summary>
    public static ITypeSymbol? TypeOfMember(this ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };
}
