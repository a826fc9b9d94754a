using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Caches;

/// <summary>Finds the private dictionaries of a file that live as long as the process.</summary>
internal static class MapFields
{
    /// <summary>The words that a file with such a dictionary mentions.</summary>
    public static readonly Words Words = Words.Of("Dictionary", "ConcurrentDictionary", "SortedDictionary", "IDictionary");

    /// <summary>The fields and auto-properties, each with the declaration of its name.</summary>
    public static IEnumerable<(ISymbol Member, INamedTypeSymbol Map)> LongLivedIn(SemanticModel model, KnownTypes types, CancellationToken cancellationToken)
    {
        var index = WordIndex.Of(model.SyntaxTree, cancellationToken);
        if (!index.Has(Words))
            yield break;
        var root = model.SyntaxTree.GetRoot(cancellationToken);
        var seen = new HashSet<SyntaxNode>();
        for (var at = index.Find(Words, root.FullSpan, -1); at >= 0; at = index.Find(Words, root.FullSpan, at))
        {
            if (root.FindToken(at).Parent is not GenericNameSyntax { TypeArgumentList.Arguments.Count: 2 } name || DeclarationOf(name) is not { } declaration || !seen.Add(declaration))
                continue;
            IEnumerable<SyntaxNode> declared = declaration is FieldDeclarationSyntax field ? field.Declaration.Variables : [declaration];
            foreach (var node in declared)
            {
                if (model.GetDeclaredSymbol(node, cancellationToken) is { } member && MapOf(member) is { } map && IsLongLived(member, types, cancellationToken) && !DocumentBodies.IsGenerated(member))
                    yield return (member, map);
            }
        }
    }

    private static SyntaxNode? DeclarationOf(GenericNameSyntax name)
    {
        TypeSyntax type = name.Parent as QualifiedNameSyntax ?? (TypeSyntax)name;
        if (type.Parent is NullableTypeSyntax nullable)
            type = nullable;
        return type.Parent switch
        {
            VariableDeclarationSyntax { Parent: FieldDeclarationSyntax field } variables when variables.Type == type => field,
            PropertyDeclarationSyntax property when property.Type == type => property,
            _ => null,
        };
    }

    private static INamedTypeSymbol? MapOf(ISymbol member) => member switch
    {
        IFieldSymbol { Type: INamedTypeSymbol type } when IsMap(type) => type,
        IPropertySymbol { Type: INamedTypeSymbol type, GetMethod: not null } when IsMap(type) => type,
        _ => null,
    };

    private static bool IsMap(INamedTypeSymbol type) =>
        type is { Name: "Dictionary" or "ConcurrentDictionary" or "SortedDictionary" or "IDictionary", TypeArguments.Length: 2, ContainingNamespace: { Name: "Generic" or "Concurrent", ContainingNamespace.Name: "Collections" } };

    // What others can name, others may empty.
    private static bool IsLongLived(ISymbol member, KnownTypes types, CancellationToken cancellationToken)
    {
        if (member.DeclaredAccessibility != Accessibility.Private || member.ContainingType is not { } owner)
            return false;
        if (!member.IsStatic)
            return owner.TypeKind == TypeKind.Class && SharedRegistrations.Of(types).Find(owner, cancellationToken) is not null;
        foreach (var attribute in member.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "ThreadStaticAttribute")
                return false;
        }
        return true;
    }
}
