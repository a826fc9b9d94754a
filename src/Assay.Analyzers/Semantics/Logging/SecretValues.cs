using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Logging;

/// <summary>Tells which expressions are secrets by the names of what they read, and what makes another thing of them.</summary>
internal static class SecretValues
{
    /// <summary>The question where a value begins as a secret; a mask, a hash or a part of it is none.</summary>
    public static FlowQuestion Question(string[] names) => new(value => IsSecret(value, names), method => !KeepsText(method)) { IsPartClean = true };

    /// <summary>Whether the expression is named like a secret and of a type that can hold one.</summary>
    // A constant is in the source already, and a number or a time is no secret under any name.
    public static bool IsSecret(IOperation value, IReadOnlyList<string> names) =>
        !value.ConstantValue.HasValue && HoldsText(value.Type) && NameOf(value) is { } name && SecretNames.Says(name, names);

    /// <summary>The property that holds a secret and is written with its object: of a record, which prints all its members, or of one that is taken apart.</summary>
    public static IPropertySymbol? MemberOf(ITypeSymbol? type, bool isTakenApart, IReadOnlyList<string> names)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None } named || !isTakenApart && !PrintsMembers(named))
            return null;
        for (var current = named; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol { DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsIndexer: false, GetMethod: not null } property && HoldsText(property.Type) && SecretNames.Says(property.Name, names) && !IsMasked(property))
                    return property;
            }
        }
        return null;
    }

    private static bool PrintsMembers(INamedTypeSymbol type) =>
        type.IsRecord && !type.GetMembers().Any(m => m is IMethodSymbol { Name: "ToString" or "PrintMembers", IsImplicitlyDeclared: false });

    // `[LogMasked]`, `[NotLogged]`, `[SensitiveData]`: the library leaves it out.
    private static bool IsMasked(IPropertySymbol property)
    {
        foreach (var attribute in property.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is { } name && (name.Contains("Mask") || name.Contains("NotLogged") || name.Contains("Sensitive") || name.Contains("Redact") || name.Contains("PersonalData") || name.Contains("PrivateData") || name.Contains("Classification") || name.Contains("Destructur")))
                return true;
        }
        return false;
    }

    /// <summary>The names of the team, from an option.</summary>
    public static string[] Names(string option) => option.Length == 0 ? [] : option.Split([','], StringSplitOptions.RemoveEmptyEntries);

    // What another method makes of a secret, such as a mask or a hash, is named by the method.
    private static bool KeepsText(IMethodSymbol method) => method.Name is
        "ToString" or "Trim" or "TrimEnd" or "TrimStart" or "ToCharArray" or "Format" or "Concat" or "Join" or "Append" or "AppendLine" or "AppendFormat" or "ConfigureAwait" or "FromResult" or "ToList" or "ToArray"
        && method.ContainingType is { } type && (type.SpecialType is SpecialType.System_String or SpecialType.System_Object || type.Name is "StringBuilder" or "Task" or "ValueTask" or "Enumerable" or "StringValues");

    private static string? NameOf(IOperation value) => value switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IPropertyReferenceOperation { Arguments: { Length: 1 } key } => KeyOf(key[0]),
        IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member => member.Member.Name,
        IInvocationOperation { TargetMethod.Name: "GetConnectionString" } => "ConnectionString",
        IInvocationOperation { TargetMethod: { Name: "GetEnvironmentVariable", ContainingType.Name: "Environment" }, Arguments: { Length: > 0 } key } => KeyOf(key[0]),
        _ => null,
    };

    private static string? KeyOf(IArgumentOperation key) => key.Value.ConstantValue is { HasValue: true, Value: string text } ? text : null;

    private static bool HoldsText(ITypeSymbol? type) => type switch
    {
        null => false,
        IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Char or SpecialType.System_Byte } => true,
        { SpecialType: SpecialType.System_String or SpecialType.System_Object } => true,
        { Name: "SecureString" or "StringValues" } => true,
        _ => false,
    };
}
