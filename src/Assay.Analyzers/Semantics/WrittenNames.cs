using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics;

/// <summary>The names by which source text speaks of types, for questions that may not bind.</summary>
internal static class WrittenNames
{
    /// <summary>The name of the type without its namespace; null for arrays, tuples and keywords.</summary>
    public static string? Of(TypeSyntax? type) => type switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        NullableTypeSyntax nullable => Of(nullable.ElementType),
        _ => null,
    };

    /// <summary>Adds the name of the type, and the name it is an alias of within its file.</summary>
    public static void Add(TypeSyntax? type, SyntaxNode root, ICollection<string> names)
    {
        if (Of(type) is not { } word)
            return;
        names.Add(word);
        foreach (var node in root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax))
        {
            if (node is UsingDirectiveSyntax { Alias: { } alias } directive && alias.Name.Identifier.ValueText == word && Of(directive.NamespaceOrType) is { } meant)
                names.Add(meant);
        }
    }
}
