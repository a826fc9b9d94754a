using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>A clock that code at some place can name.</summary>
/// <param name="Symbol">The parameter, field or property that holds it.</param>
/// <param name="Type">Its type without the nullable annotation.</param>
/// <param name="IsTimeProvider">True for TimeProvider, false for a clock interface.</param>
/// <param name="MayBeNull">Declared nullable: it is in scope, but cannot be called as it stands.</param>
internal sealed record ClockInScope(ISymbol Symbol, ITypeSymbol Type, bool IsTimeProvider, bool MayBeNull)
{
    // A TimeProvider before a clock interface, a clock before one that may be null.
    public int Rank => (IsTimeProvider ? 0 : 2) + (MayBeNull ? 1 : 0);
}

/// <summary>What of an object code can name.</summary>
internal enum Reach
{
    /// <summary>Static members only.</summary>
    Static,

    /// <summary>Parameters of the constructor too: an initialiser runs before there is an object.</summary>
    Initialiser,

    /// <summary>Everything.</summary>
    Instance,
}

/// <summary>Finds the clock in scope: a parameter, a member, a primary constructor's parameter or a member of a base class.</summary>
internal static class ClockScope
{
    /// <summary>The best clock at the node; of equals the nearest. Null when there is none.</summary>
    public static ClockInScope? At(KnownTypes types, SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (model.GetEnclosingSymbol(node.SpanStart, cancellationToken) is not { } enclosing)
            return null;
        var search = new Search(types);
        var reach = ReachAt(enclosing, node);
        Parameters(search, enclosing);
        var type = enclosing as INamedTypeSymbol ?? enclosing.ContainingType;
        if (type is null)
            return search.Best;
        if (reach == Reach.Instance)
            Members(search, type, type, isStatic: false);
        if (reach != Reach.Static)
            PrimaryParameters(search, type);
        for (var outer = type; outer is not null; outer = outer.ContainingType)
            Members(search, type, outer, isStatic: true);
        return search.Best;
    }

    /// <summary>What of the object around it the node can name.</summary>
    public static Reach ReachAt(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken) =>
        model.GetEnclosingSymbol(node.SpanStart, cancellationToken) is { } enclosing ? ReachAt(enclosing, node) : Reach.Static;

    private static Reach ReachAt(ISymbol enclosing, SyntaxNode node)
    {
        for (var symbol = enclosing; symbol is not null and not INamedTypeSymbol; symbol = symbol.ContainingSymbol)
        {
            // A static lambda or local function captures nothing, a static member has no object.
            if (symbol is IMethodSymbol { IsStatic: true })
                return Reach.Static;
        }
        foreach (var parent in node.Ancestors())
        {
            switch (parent)
            {
                case ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax:
                    return Reach.Initialiser;
                case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property }:
                    return InitialiserOf(property);
                case EqualsValueClauseSyntax { Parent.Parent.Parent: BaseFieldDeclarationSyntax field }:
                    return InitialiserOf(field);
                case MemberDeclarationSyntax member:
                    return member.Modifiers.Any(SyntaxKind.StaticKeyword) ? Reach.Static : Reach.Instance;
            }
        }
        return Reach.Static;
    }

    private static Reach InitialiserOf(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.StaticKeyword) ? Reach.Static : Reach.Initialiser;

    // From the innermost function outwards, until one that captures nothing.
    private static void Parameters(Search search, ISymbol enclosing)
    {
        for (var symbol = enclosing; symbol is not null and not INamedTypeSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol is not IMethodSymbol function)
                continue;
            foreach (var parameter in function.Parameters)
            {
                if (parameter.RefKind is RefKind.None or RefKind.In)
                    search.Consider(parameter, parameter.Type);
            }
            if (function.IsStatic)
                return;
        }
    }

    private static void Members(Search search, INamedTypeSymbol from, INamedTypeSymbol type, bool isStatic)
    {
        for (var current = type; current is not null && current.SpecialType != SpecialType.System_Object; current = current.BaseType)
        {
            // TimeProvider has a static property of its own type; a derived clock is no user of one.
            if (current.Is(search.Types.TimeProvider))
                return;
            foreach (var member in current.GetMembers())
            {
                if (member.IsStatic != isStatic || member.IsImplicitlyDeclared)
                    continue;
                var memberType = member switch
                {
                    IFieldSymbol field => field.Type,
                    IPropertySymbol { GetMethod: not null, Parameters.IsEmpty: true } property => property.Type,
                    _ => null,
                };
                if (memberType is not null && search.Types.Compilation.IsSymbolAccessibleWithin(member, from))
                    search.Consider(member, memberType);
            }
        }
    }

    private static void PrimaryParameters(Search search, INamedTypeSymbol type)
    {
        // The positional parameters of a record are properties, found among the members.
        if (type.IsRecord || PrimaryConstructor(type) is not { } constructor)
            return;
        foreach (var parameter in constructor.Parameters)
        {
            if (parameter.RefKind == RefKind.None)
                search.Consider(parameter, parameter.Type);
        }
    }

    /// <summary>The constructor declared in the head of the type, or null.</summary>
    public static IMethodSymbol? PrimaryConstructor(INamedTypeSymbol type)
    {
        foreach (var constructor in type.InstanceConstructors)
        {
            foreach (var declaration in constructor.DeclaringSyntaxReferences)
            {
                if (declaration.GetSyntax() is TypeDeclarationSyntax)
                    return constructor;
            }
        }
        return null;
    }

    private sealed class Search(KnownTypes types)
    {
        public KnownTypes Types => types;

        public ClockInScope? Best { get; private set; }

        public void Consider(ISymbol symbol, ITypeSymbol type)
        {
            if (type.TypeKind is not (TypeKind.Class or TypeKind.Interface) || !types.IsClock(type))
                return;
            var found = new ClockInScope(
                symbol,
                type.WithNullableAnnotation(NullableAnnotation.None),
                type.IsOrInherits(types.TimeProvider),
                type.NullableAnnotation == NullableAnnotation.Annotated);
            if (Best is null || found.Rank < Best.Rank)
                Best = found;
        }
    }
}
