using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The attribute by which authors name the lock of a member; matched by its name, so that no assembly is needed.</summary>
internal static class GuardAttributes
{
    /// <summary>The attribute <c>[GuardedBy("…")]</c> of the member; null when it has none.</summary>
    public static AttributeData? Of(ISymbol member)
    {
        foreach (var attribute in member.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "GuardedByAttribute" or "GuardedBy" && GuardOf(attribute) is not null)
                return attribute;
        }
        return null;
    }

    /// <summary>The lock as the attribute names it; null when it names none.</summary>
    public static string? GuardOf(AttributeData attribute) =>
        attribute.ConstructorArguments is { Length: > 0 } arguments && arguments[0].Value is string { Length: > 0 } guard ? guard : null;

    /// <summary>Whether the type declares any member that names its lock.</summary>
    public static bool AreIn(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary } && Of(member) is not null)
                return true;
        }
        return false;
    }
}
