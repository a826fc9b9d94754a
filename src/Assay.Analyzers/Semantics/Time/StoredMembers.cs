using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>Tells the members whose values are stored or sent: those of entities, and those that a serialiser was told about.</summary>
internal sealed class StoredMembers(KnownTypes types)
{
    private static readonly HashSet<string> s_columns = new(StringComparer.Ordinal) { "ColumnAttribute", "KeyAttribute", "TableAttribute" };

    private static readonly HashSet<string> s_fields = new(StringComparer.Ordinal)
    {
        "JsonPropertyNameAttribute", "JsonPropertyAttribute", "DataMemberAttribute", "DataContractAttribute", "ProtoMemberAttribute", "ProtoContractAttribute", "BsonElementAttribute",
        "BsonIdAttribute", "XmlElementAttribute", "XmlAttributeAttribute", "XmlRootAttribute",
    };

    private readonly object _gate = new();
    private HashSet<ITypeSymbol>? _entities;

    /// <summary>Where the value of the property goes beyond the process.</summary>
    public Storage StorageOf(IPropertySymbol property, CancellationToken cancellationToken)
    {
        if (property.SetMethod is null || IsLeftOut(property))
            return Storage.None;
        if (IsMarked(property, s_columns) || IsMarked(property.ContainingType, s_columns))
            return Storage.Column;
        if (types["Microsoft.EntityFrameworkCore.DbContext"] is { } context && Entities(context, cancellationToken).Contains(property.ContainingType.OriginalDefinition))
            return Storage.Column;
        return IsMarked(property, s_fields) || IsMarked(property.ContainingType, s_fields) ? Storage.Message : Storage.None;
    }

    private static bool IsLeftOut(IPropertySymbol property)
    {
        foreach (var attribute in property.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "NotMappedAttribute" or "JsonIgnoreAttribute" or "IgnoreDataMemberAttribute" or "XmlIgnoreAttribute")
                return true;
        }
        return false;
    }

    private static bool IsMarked(ISymbol symbol, HashSet<string> markers)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && markers.Contains(type.Name))
                return true;
        }
        return false;
    }

    // Read when a rule has a value of doubtful zone in its hands, which most compilations never have.
    private HashSet<ITypeSymbol> Entities(INamedTypeSymbol context, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_entities is not null)
                return _entities;
            var entities = new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default);
            AddSets(types.Compilation.Assembly.GlobalNamespace, context, entities, cancellationToken);
            return _entities = entities;
        }
    }

    private static void AddSets(INamespaceSymbol space, INamedTypeSymbol context, HashSet<ITypeSymbol> entities, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var member in space.GetMembers())
        {
            if (member is INamespaceSymbol inner)
                AddSets(inner, context, entities, cancellationToken);
            else if (member is INamedTypeSymbol type)
                AddSetsWithin(type, context, entities);
        }
    }

    private static void AddSetsWithin(INamedTypeSymbol type, INamedTypeSymbol context, HashSet<ITypeSymbol> entities)
    {
        if (type.IsOrInherits(context))
            AddSets(type, entities);
        foreach (var nested in type.GetTypeMembers())
            AddSetsWithin(nested, context, entities);
    }

    private static void AddSets(INamedTypeSymbol context, HashSet<ITypeSymbol> entities)
    {
        foreach (var member in context.GetMembers())
        {
            if (member is IPropertySymbol { Type: INamedTypeSymbol { Name: "DbSet", TypeArguments: { Length: 1 } arguments } })
                entities.Add(arguments[0].OriginalDefinition);
        }
    }
}

/// <summary>Where a value goes beyond the process.</summary>
internal enum Storage
{
    None,

    /// <summary>A column of a database, which keeps no zone.</summary>
    Column,

    /// <summary>A message or a file, whose serialiser may write the offset.</summary>
    Message,
}
