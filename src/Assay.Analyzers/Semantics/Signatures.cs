using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>Who decides on the signature of a method.</summary>
internal static class Signatures
{
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
