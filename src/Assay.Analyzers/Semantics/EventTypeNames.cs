using System.Runtime.CompilerServices;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics;

/// <summary>The names of the types that the events of a file are declared with, kept with its tree.</summary>
internal static class EventTypeNames
{
    private static readonly ConditionalWeakTable<SyntaxTree, HashSet<string>> s_perTree = new();
    private static readonly Words s_event = Words.Of("event");

    /// <summary>Whether an event of the compilation may be of a type with this name.</summary>
    public static bool Contain(Compilation compilation, string name, CancellationToken cancellationToken)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!s_perTree.TryGetValue(tree, out var names))
                names = s_perTree.GetValue(tree, t => Find(t, cancellationToken));
            if (names.Contains(name))
                return true;
        }
        return false;
    }

    private static HashSet<string> Find(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (!WordIndex.Of(tree, cancellationToken).Has(s_event))
            return names;
        var root = tree.GetRoot(cancellationToken);
        foreach (var node in root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
        {
            var type = node switch
            {
                EventFieldDeclarationSyntax field => field.Declaration.Type,
                EventDeclarationSyntax declaration => declaration.Type,
                _ => null,
            };
            WrittenNames.Add(type, root, names);
        }
        return names;
    }
}
