using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>The types of EF Core, and which members are contexts, sets and saves.</summary>
internal sealed class EntityTypes
{
    private readonly INamedTypeSymbol _context;
    private readonly INamedTypeSymbol? _set;

    private EntityTypes(KnownTypes types, INamedTypeSymbol context)
    {
        Known = types;
        _context = context;
        _set = types["Microsoft.EntityFrameworkCore.DbSet`1"];
        Query = types["System.Linq.IQueryable"];
    }

    public KnownTypes Known { get; }

    public INamedTypeSymbol? Query { get; }

    /// <summary>The types of EF Core; null where the compilation does not know it.</summary>
    public static EntityTypes? Of(KnownTypes types) =>
        types["Microsoft.EntityFrameworkCore.DbContext"] is { } context ? new EntityTypes(types, context) : null;

    public bool IsSet(ITypeSymbol? type) => type.IsOrInherits(_set);

    /// <summary>Whether the type is a context, or an interface that a context stands behind: it has sets and a save.</summary>
    public bool IsContext(ITypeSymbol? type)
    {
        if (type.IsOrInherits(_context))
            return true;
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Interface } face || face.GetMembers("SaveChanges").IsEmpty && face.GetMembers("SaveChangesAsync").IsEmpty)
            return false;
        foreach (var member in face.GetMembers())
        {
            if (member is IPropertySymbol property && IsSet(property.Type))
                return true;
        }
        return false;
    }

    /// <summary>Whether the type is a context class itself.</summary>
    public bool IsContextClass(ITypeSymbol? type) => type.IsOrInherits(_context);

    public bool IsBaseContext(ITypeSymbol? type) => type.Is(_context);

    public bool IsSave(IMethodSymbol method) => method.Name is "SaveChanges" or "SaveChangesAsync" && IsContext(method.ContainingType);

    /// <summary>The context that a save, or a member that leads to a set, is called on; null where the context calls itself.</summary>
    public static ISymbol? ContextSymbol(IOperation? context) => context?.Bare() switch
    {
        IMemberReferenceOperation member => member.Member,
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };
}
