using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>What messages call the member that code stands in.</summary>
internal static class MemberNames
{
    /// <summary>The name as it is written: that of the property for an accessor, that of the type for a constructor.</summary>
    public static string WrittenName(this ISymbol member) => member.Member() switch
    {
        IMethodSymbol { AssociatedSymbol: { } property } => property.Name,
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor, ContainingType: { } type } => type.Name,
        IMethodSymbol { Name: WellKnownMemberNames.TopLevelStatementsEntryPointMethodName } => "Main",
        var other => other.Name,
    };
}
