using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Names the parts of accesses as messages do.</summary>
internal static class AccessNames
{
    /// <summary>The function that the access stands in.</summary>
    public static string FunctionName(this Access access) => access.Function switch
    {
        IMethodSymbol { AssociatedSymbol: { } property } => property.Name,
        { } function => function.Name,
        null => "a lambda",
    };

    /// <summary>The type of the state that a field or property holds.</summary>
    public static ITypeSymbol? TypeOfMember(this ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };
}
