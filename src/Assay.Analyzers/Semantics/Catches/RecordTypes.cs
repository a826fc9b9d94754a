using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>How sure it is that the items of a loop are records or messages, and not the parts of the program it runs.</summary>
internal enum RecordEvidence
{
    /// <summary>The name, path or key of something that is still there when the turn fails.</summary>
    Name,

    /// <summary>Texts, numbers: they may be records.</summary>
    Weak,

    /// <summary>Types that hold values: rows, orders, messages.</summary>
    Strong,
}

/// <summary>Tells types of records from those of a program's parts.</summary>
internal static class RecordTypes
{
    private static readonly HashSet<string> s_documentTypes =
        ["JsonElement", "JsonNode", "JsonObject", "JObject", "JToken", "XElement", "XmlNode", "XmlElement", "DataRow", "BsonDocument"];

    /// <summary>Whether it is a text, a document or a record, which do nothing of their own: <c>line.Split(',')</c>, <c>element.GetProperty("id")</c> read them.</summary>
    public static bool IsCarried(ITypeSymbol type) => type.SpecialType is not (SpecialType.None or SpecialType.System_Object) || type.IsRecord || s_documentTypes.Contains(type.Name);

    /// <summary>How sure it is that a loop over this type is one over records; null when it is not.</summary>
    public static RecordEvidence? EvidenceOf(ITypeSymbol? type, KnownTypes types)
    {
        switch (type)
        {
            case null or IErrorTypeSymbol or IDynamicTypeSymbol or { TypeKind: TypeKind.Delegate } or { SpecialType: SpecialType.System_Delegate or SpecialType.System_MulticastDelegate }:
                return null;
            case { SpecialType: not SpecialType.None } or ITypeParameterSymbol or IArrayTypeSymbol or { TypeKind: TypeKind.Enum } or { Name: "Guid" or "Uri" }:
                return RecordEvidence.Weak;
            case { IsTupleType: true } or { IsAnonymousType: true }:
                return RecordEvidence.Weak;
            case INamedTypeSymbol { Name: "KeyValuePair", Arity: 2 } pair:
                return EvidenceOf(pair.TypeArguments[0], types) is null ? null : EvidenceOf(pair.TypeArguments[1], types);
            // A JobKey is carried like a record, and what it stands for is kept somewhere else.
            case not null when RecordNames.IsKey(type.Name):
                return RecordEvidence.Weak;
            case { IsRecord: true }:
                return RecordEvidence.Strong;
        }
        if (s_documentTypes.Contains(type.Name) || type.IsOrInherits(types["System.Data.IDataReader"]))
            return RecordEvidence.Strong;
        // Tasks, assemblies, connections, plugins: parts of the program, each of which is let fail alone.
        if (type.IsOrInherits(types["System.IDisposable"]) || type.IsOrInherits(types["System.IAsyncDisposable"]) || IsReflection(type))
            return null;
        return HoldsValues(type) ? RecordEvidence.Strong : null;
    }

    private static bool IsReflection(ITypeSymbol type) =>
        type.Name == "Type" || type.ContainingNamespace is { Name: "Reflection" or "IO" or "Diagnostics", ContainingNamespace.Name: "System" };

    // More properties than methods of its own: a thing that is carried, not one that acts.
    private static bool HoldsValues(ITypeSymbol type)
    {
        var values = 0;
        for (var current = type; current is { SpecialType: not SpecialType.System_Object and not SpecialType.System_ValueType }; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member.IsStatic || member.IsImplicitlyDeclared || member.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal))
                    continue;
                // A registration: what fails is the callback that it holds.
                if (member is IPropertySymbol { Type.TypeKind: TypeKind.Delegate } or IFieldSymbol { Type.TypeKind: TypeKind.Delegate })
                    return false;
                if (member is IPropertySymbol or IFieldSymbol)
                    values++;
                else if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsOverride: false })
                    values--;
            }
        }
        return values > 0;
    }
}
