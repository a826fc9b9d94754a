using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace Assay.CodeFixes.Rewriting;

/// <summary>What becomes of one constructor.</summary>
/// <param name="Constructor">The constructor; implicitly declared when the class has none of its own.</param>
/// <param name="Declaration">A ConstructorDeclarationSyntax, the head of a type with a primary constructor, or null.</param>
/// <param name="Index">Where the parameter goes: after the required ones.</param>
/// <param name="Existing">The TimeProvider parameter it has already, or null.</param>
internal sealed record ConstructorPlan(IMethodSymbol Constructor, SyntaxNode? Declaration, int Index, string? Existing)
{
    public string ParameterName => Existing ?? InjectionPlan.ParameterName;
}

/// <summary>
/// Which classes and constructors have to change so that a class gets a TimeProvider: its own, and those of every class
/// derived from it. A plan exists only where each of them can be edited.
/// </summary>
internal sealed class InjectionPlan
{
    public const string ParameterName = "timeProvider";

    private const int MostClasses = 20;

    private InjectionPlan(INamedTypeSymbol type, ImmutableArray<ConstructorPlan> constructors)
    {
        Type = type;
        Constructors = constructors;
    }

    /// <summary>The class that reads the clock.</summary>
    public INamedTypeSymbol Type { get; }

    /// <summary>The constructors of the class and of all classes derived from it.</summary>
    public ImmutableArray<ConstructorPlan> Constructors { get; }

    public bool HasPrimary => Of(Type).Any(c => c.Declaration is TypeDeclarationSyntax);

    public IEnumerable<ConstructorPlan> Of(INamedTypeSymbol type) => Constructors.Where(c => c.Constructor.ContainingType.Is(type));

    public ConstructorPlan? Of(ISymbol? constructor) => Constructors.FirstOrDefault(c => c.Constructor.OriginalDefinition.Is(constructor?.OriginalDefinition));

    public static async Task<InjectionPlan?> MakeAsync(Solution solution, INamedTypeSymbol type, INamedTypeSymbol timeProvider, CancellationToken cancellationToken)
    {
        if (!CanHoldClock(type))
            return null;
        var own = type.InstanceConstructors.Select(c => Plan(c, timeProvider, cancellationToken)).ToList();
        // Where all constructors get a clock already, nobody who calls them changes.
        if (own.All(c => c?.Existing is not null))
            return new InjectionPlan(type, [.. own.OfType<ConstructorPlan>()]);
        if (own.Any(c => c?.Existing is not null))
            return null;
        var derived = await SymbolFinder.FindDerivedClassesAsync(type, solution, cancellationToken: cancellationToken).ConfigureAwait(false);
        var classes = derived.Prepend(type).ToList();
        if (classes.Count > MostClasses)
            return null;
        var constructors = ImmutableArray.CreateBuilder<ConstructorPlan>();
        foreach (var constructor in classes.SelectMany(c => c.InstanceConstructors))
        {
            if (Plan(constructor, timeProvider, cancellationToken) is not { } plan)
                return null;
            constructors.Add(plan);
        }
        return new InjectionPlan(type, constructors.ToImmutable());
    }

    private static ConstructorPlan? Plan(IMethodSymbol constructor, INamedTypeSymbol timeProvider, CancellationToken cancellationToken)
    {
        var declaration = constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
        if (constructor.IsImplicitlyDeclared || declaration is ClassDeclarationSyntax { ParameterList: null })
            return new ConstructorPlan(constructor, null, 0, null);
        if (declaration is not (ConstructorDeclarationSyntax or ClassDeclarationSyntax))
            return null;
        var index = constructor.Parameters.Length;
        foreach (var parameter in constructor.Parameters.Reverse())
        {
            if (parameter.IsOptional || parameter.IsParams)
                index = parameter.Ordinal;
        }
        if (constructor.Parameters.FirstOrDefault(p => IsSame(p.Type, timeProvider)) is { } existing)
            return existing is { IsOptional: false, NullableAnnotation: not NullableAnnotation.Annotated } ? new ConstructorPlan(constructor, declaration, index, existing.Name) : null;
        // The name is taken by something else.
        return constructor.Parameters.Any(p => p.Name == ParameterName) ? null : new ConstructorPlan(constructor, declaration, index, null);
    }

    // By name, for a class derived in another project sees the type through a compilation of its own.
    private static bool IsSame(ITypeSymbol type, INamedTypeSymbol timeProvider) =>
        type.Name == timeProvider.Name && type.ContainingNamespace?.Name == timeProvider.ContainingNamespace.Name;

    // A record is a value, a struct may be all zeros, an attribute and an exception are made by whoever needs one, and what
    // others fill through its properties is data: none of them is a place for a service.
    private static bool CanHoldClock(INamedTypeSymbol type)
    {
        if (type is not { TypeKind: TypeKind.Class, IsRecord: false, IsStatic: false, IsFileLocal: false } || type.GetMembers(ParameterName).Length > 0)
            return false;
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor is { Name: "Attribute" or "Exception" or "EventSource" or "EventArgs", ContainingNamespace.Name: "System" or "Tracing" })
                return false;
        }
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol { IsStatic: false, IsIndexer: false, SetMethod.DeclaredAccessibility: Accessibility.Public })
                return false;
        }
        return !type.GetAttributes().Any(a => a.AttributeClass?.Name is "SerializableAttribute" or "DataContractAttribute" or "TableAttribute");
    }
}
