using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Caches;

/// <summary>Tells how many keys a cache can meet.</summary>
internal static class CacheKeys
{
    // Named after what the program itself consists of: as many as somebody has written.
    private static readonly HashSet<string> s_written = NameWords.Set(
        """
        type types assembly property properties member method field column columns table schema template templates resource resources culture locale language lang format encoding extension mime
        provider scheme option options feature setting settings config configuration kind category descriptor definition metadata converter serializer attribute attributes namespace class
        interface parameter param operator keyword enum module plugin section connection pattern regex expression script view layout theme style font color symbol currency country timezone
        zone region framework invariant unit verb opcode instruction level logger endpoint route policy role permission contract service handler command
        error code status
        """);

    // One more with every caller, request or record.
    private static readonly HashSet<string> s_endless = NameWords.Set(
        """
        user username login customer session email phone order invoice cart basket ip visitor request correlation payment transaction card iban device ticket nonce jti conversation
        prompt coupon barcode voucher promo
        """);

    /// <summary>Whether there are only so many values of the type as the program itself has.</summary>
    public static bool IsBounded(ITypeSymbol type)
    {
        switch (type)
        {
            case { TypeKind: TypeKind.Enum or TypeKind.Delegate or TypeKind.TypeParameter or TypeKind.Dynamic or TypeKind.Error or TypeKind.Pointer }:
            case { SpecialType: SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Char or SpecialType.System_Object }:
                return true;
            case { SpecialType: not SpecialType.None }:
                return false;
            case INamedTypeSymbol { IsTupleType: true, TupleElements: var elements }:
                return elements.All(e => IsBounded(e.Type) || IsWritten(e.Name));
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: var arguments }:
                return IsBounded(arguments[0]);
        }
        // `Type`, `MethodInfo`, `CultureInfo`, `IEntityType`, `ModelMetadata`
        if (type.Name.EndsWith("Info", StringComparison.Ordinal) || type.Name.EndsWith("Handle", StringComparison.Ordinal) || IsWritten(type.Name))
            return true;
        return !IsValue(type) || HasBoundedParts(type);
    }

    /// <summary>Whether the map holds what a program has a few of, whatever its keys: its assemblies, its pictures, or the known objects of the type itself.</summary>
    public static bool HoldsPartsOfProgram(INamedTypeSymbol map, INamedTypeSymbol owner) =>
        map.TypeArguments.Length == 2 && (map.TypeArguments[1] is { Name: "Assembly" or "Type" or "Module" or "ActivitySource" or "Meter" or "Icon" or "Image" or "Bitmap" or "Font" or "Brush" or "DbProviderFactory" } || map.TypeArguments[1].Is(owner));

    /// <summary>The parameter of the caller that the key comes from; null when it is the program's own.</summary>
    public static IParameterSymbol? CallerOf(IOperation key, int depth = 3)
    {
        if (depth == 0)
            return null;
        foreach (var operation in key.DescendantsAndSelf())
        {
            switch (operation)
            {
                case ITypeOfOperation:
                case IInvocationOperation { TargetMethod.Name: "GetType" }:
                    return null;
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation or MethodKind.LocalFunction } } parameter }:
                    return parameter;
                case ILocalReferenceOperation local when SourceOf(local) is { } source && CallerOf(source, depth - 1) is { } found:
                    return found;
            }
        }
        return null;
    }

    /// <summary>Whether the name of the key says that there are as many as the program has parts.</summary>
    public static bool NamesPartsOfProgram(IOperation key, IParameterSymbol caller) => Names(key, caller).Any(IsWritten);

    /// <summary>Whether the key is of a kind of which every caller brings another.</summary>
    public static bool IsEndless(IOperation key, IParameterSymbol caller) =>
        Names(key, caller).Any(name => NameWords.HasAny(name, s_endless));

    private static IEnumerable<string> Names(IOperation key, IParameterSymbol caller)
    {
        yield return caller.Name;
        foreach (var operation in key.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IPropertyReferenceOperation property:
                    yield return property.Property.Name;
                    break;
                case IFieldReferenceOperation field:
                    yield return field.Field.Name;
                    break;
                case ILocalReferenceOperation local:
                    yield return local.Local.Name;
                    break;
            }
        }
    }

    private static IOperation? SourceOf(ILocalReferenceOperation local)
    {
        if (LocalWrites.OnlyValue(local) is { } only)
            return only;
        foreach (var operation in local.Root().Descendants())
        {
            if (operation is IForEachLoopOperation loop && loop.Locals.Contains(local.Local, SymbolEqualityComparer.Default))
                return loop.Collection;
        }
        return null;
    }

    private static bool IsWritten(string name)
    {
        var words = NameWords.Of(name);
        return words.Count > 0 && words.Any(s_written.Contains) && !s_endless.Contains(words[words.Count - 1]);
    }

    // Objects as keys are themselves few or many; only values can be made up by callers.
    private static bool IsValue(ITypeSymbol type) => type.IsValueType || type.IsRecord || type.Name is "Uri" or "IPAddress" or "Version";

    private static bool HasBoundedParts(ITypeSymbol type)
    {
        if (type.DeclaringSyntaxReferences.IsEmpty)
            return false;
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false } field && !(IsBounded(field.Type) || IsWritten((field.AssociatedSymbol ?? field).Name)))
                return false;
        }
        return true;
    }
}
