using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>Questions about the signatures of methods: how two compare, and who decides on one.</summary>
internal static class Signatures
{
    /// <summary><paramref name="method"/> with the type arguments of <paramref name="like"/>, or null when their numbers differ.</summary>
    public static IMethodSymbol? InTermsOf(this IMethodSymbol method, IMethodSymbol like)
    {
        // An extension looked up on a receiver has its type arguments from there already.
        if (!method.ConstructedFrom.Is(method))
            return method;
        if (method.Arity != like.Arity)
            return null;
        return method.Arity == 0 ? method : method.Construct([.. like.TypeArguments]);
    }

    public static bool IsSame(IParameterSymbol one, IParameterSymbol other) =>
        one.RefKind == other.RefKind && one.Type.Is(other.Type);

    public static bool IsToken(this KnownTypes types, ITypeSymbol? type) =>
        type is not null && type.Is(types.CancellationToken);

    public static bool IsObsolete(this ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "ObsoleteAttribute", ContainingNamespace.Name: "System" })
                return true;
        }
        return false;
    }

    /// <summary>The type and what it inherits members from: its bases, or its interfaces when it is one.</summary>
    public static IEnumerable<INamedTypeSymbol> SelfAndBases(this INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
            yield return current;
        if (type.TypeKind != TypeKind.Interface)
            yield break;
        foreach (var inherited in type.AllInterfaces)
            yield return inherited;
    }

    /// <summary>Whether a base class, an interface or the other part of a partial method dictates the method's signature.</summary>
    public static bool HasGivenSignature(this IMethodSymbol method)
    {
        if (method.IsOverride || method.IsPartialDefinition || method.PartialDefinitionPart is not null)
            return true;
        if (method.MethodKind == MethodKind.LocalFunction || method.ContainingType is not { } type)
            return false;
        if (!method.ExplicitInterfaceImplementations.IsEmpty)
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            foreach (var member in implemented.GetMembers(method.Name))
            {
                if (type.FindImplementationForInterfaceMember(member).Is(method))
                    return true;
            }
        }
        return false;
    }
}
