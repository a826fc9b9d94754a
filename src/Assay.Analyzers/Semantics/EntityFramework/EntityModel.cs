using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>Whether a fact about an entity holds; unknown where the model is made in code that cannot be seen.</summary>
internal enum ModelProof
{
    No,
    Unknown,
    Yes,
}

/// <summary>
/// What the compilation says about its entities, in attributes and in fluent configuration of any file. Made when the first
/// rule has a suspicion and kept with the compilation.
/// </summary>
internal sealed class EntityModel
{
    private static readonly ConditionalWeakTable<Compilation, EntityModel> s_perCompilation = new();

    private static readonly Words s_tokenWords = Words.Of("IsConcurrencyToken", "IsRowVersion", "UseXminAsConcurrencyToken", "SetIsConcurrencyToken", "UseOptimisticConcurrency", "UseETagConcurrency");
    private static readonly Words s_uniqueWords = Words.Of("IsUnique", "HasAlternateKey");

    private readonly EntityTypes _types;
    private readonly Lazy<FluentFacts> _tokens;
    private readonly Lazy<FluentFacts> _unique;
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _isSeen = new(SymbolEqualityComparer.Default);

    private EntityModel(EntityTypes types)
    {
        _types = types;
        _tokens = new(() => FluentFacts.Of(types, s_tokenWords, default));
        _unique = new(() => FluentFacts.Of(types, s_uniqueWords, default));
    }

    public static EntityModel Of(EntityTypes types) => s_perCompilation.GetValue(types.Known.Compilation, _ => new EntityModel(types));

    /// <summary>Whether the saves of the context check that the entity is still as it was read.</summary>
    public ModelProof HasToken(INamedTypeSymbol entity, ITypeSymbol? context)
    {
        for (var type = entity; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IPropertySymbol or IFieldSymbol && IsToken(member, isSource: type.DeclaringSyntaxReferences.Length > 0))
                    return ModelProof.Yes;
            }
        }
        if (_tokens.Value.Cover(entity))
            return ModelProof.Yes;
        return IsSeen(entity, context) ? ModelProof.No : ModelProof.Unknown;
    }

    /// <summary>Whether the database refuses a second row with the same values, of whatever columns.</summary>
    public ModelProof HasUniqueIndex(INamedTypeSymbol entity, ITypeSymbol? context)
    {
        for (var type = entity; type is not null; type = type.BaseType)
        {
            foreach (var attribute in type.GetAttributes())
            {
                if (attribute.AttributeClass?.Name == "IndexAttribute" && attribute.NamedArguments.Any(a => a is { Key: "IsUnique", Value.Value: true }))
                    return ModelProof.Yes;
            }
        }
        if (_unique.Value.Cover(entity))
            return ModelProof.Yes;
        return IsSeen(entity, context) ? ModelProof.No : ModelProof.Unknown;
    }

    // A base class of another assembly may be configured there; a stamp in it is what such classes have.
    private static bool IsToken(ISymbol member, bool isSource)
    {
        foreach (var attribute in member.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "TimestampAttribute" or "ConcurrencyCheckAttribute")
                return true;
        }
        return !isSource && member.Name is "ConcurrencyStamp" or "RowVersion" or "Version" or "ETag";
    }

    // Whether all code that makes the model of the entity is part of the compilation.
    private bool IsSeen(INamedTypeSymbol entity, ITypeSymbol? context)
    {
        for (var type = entity; type is { SpecialType: not SpecialType.System_Object }; type = type.BaseType)
        {
            if (type.DeclaringSyntaxReferences.Length == 0)
                return false;
        }
        return context is INamedTypeSymbol { TypeKind: TypeKind.Class } named && _isSeen.GetOrAdd(named, SeesContext);
    }

    private bool SeesContext(INamedTypeSymbol context)
    {
        for (var type = context; type is not null && !_types.IsBaseContext(type); type = type.BaseType)
        {
            if (type.DeclaringSyntaxReferences.Length == 0)
                return type.ContainingNamespace.ToDisplayString().StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal);
            if (ConfiguresElsewhere(type))
                return false;
        }
        return !_types.IsBaseContext(context);
    }

    // `ApplyConfigurationsFromAssembly(typeof(Elsewhere).Assembly)`, or the builder given to code of another assembly.
    private bool ConfiguresElsewhere(INamedTypeSymbol context)
    {
        foreach (var member in context.GetMembers("OnModelCreating").Concat(context.GetMembers("ConfigureConventions")))
        {
            if (member is not IMethodSymbol method || _types.Known.BodyOf(method, default) is not { } body)
                continue;
            foreach (var operation in body.Descendants())
            {
                if (operation is IInvocationOperation call && IsElsewhere(call))
                    return true;
            }
        }
        return false;
    }

    private bool IsElsewhere(IInvocationOperation call)
    {
        if (call.TargetMethod.Name == "ApplyConfigurationsFromAssembly")
            return !call.Arguments.Any(a => a.Descendants().Any(IsOwnAssembly));
        if (call.TargetMethod.Name == "ApplyConfiguration")
            return call.Arguments.Any(a => a.Value.Bare().Type is not { DeclaringSyntaxReferences.Length: > 0 });
        if (call.TargetMethod.Name == "OnModelCreating" || call.TargetMethod.DeclaringSyntaxReferences.Length > 0)
            return false;
        var space = call.TargetMethod.ContainingNamespace.ToDisplayString();
        return call.Receiver()?.Bare().Type is { Name: "ModelBuilder" or "EntityTypeBuilder" or "ModelConfigurationBuilder" } && space.IndexOf("EntityFrameworkCore", StringComparison.Ordinal) < 0;
    }

    private bool IsOwnAssembly(IOperation operation) => operation switch
    {
        ITypeOfOperation { TypeOperand: { } type } => type.ContainingAssembly.Is(_types.Known.Compilation.Assembly),
        IInvocationOperation { TargetMethod.Name: "GetExecutingAssembly" or "GetType" } => true,
        _ => false,
    };
}
