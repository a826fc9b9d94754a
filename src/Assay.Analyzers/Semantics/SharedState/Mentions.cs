using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Finds where a compilation mentions a name: in the text first, so that files without it are never looked into.</summary>
internal static class Mentions
{
    private const int ChunkSize = 4096;

    /// <summary>The uses of the name as an identifier in expressions, tree by tree.</summary>
    public static IEnumerable<SimpleNameSyntax> Of(string name, Compilation compilation, CancellationToken cancellationToken)
    {
        if (!SyntaxFacts.IsValidIdentifier(name))
            yield break;
        var buffer = new char[ChunkSize + name.Length];
        foreach (var tree in compilation.SyntaxTrees)
        {
            foreach (var use in In(tree, name, buffer, cancellationToken))
                yield return use;
        }
    }

    /// <summary>The uses of the name as an identifier in expressions of one file.</summary>
    public static IEnumerable<SimpleNameSyntax> Of(string name, SyntaxTree tree, CancellationToken cancellationToken) =>
        SyntaxFacts.IsValidIdentifier(name) ? In(tree, name, new char[ChunkSize + name.Length], cancellationToken) : [];

    private static IEnumerable<SimpleNameSyntax> In(SyntaxTree tree, string name, char[] buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var places = new List<int>();
        Find(name, tree.GetText(cancellationToken), buffer, places);
        var hidden = WordIndex.Of(tree, cancellationToken).HiddenNames;
        if (places.Count == 0 && !hidden.Contains(name))
            yield break;
        var root = tree.GetRoot(cancellationToken);
        if (hidden.Contains(name))
            places = [.. root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name).Select(token => token.SpanStart)];
        foreach (var place in places)
        {
            var token = root.FindToken(place);
            if (token.ValueText == name && token.Parent is SimpleNameSyntax { Parent: not NameColonSyntax } use)
                yield return use;
        }
    }

    // Chunks overlap by the length of the name less one, so that each place is found, and found once.
    private static void Find(string name, SourceText text, char[] buffer, List<int> places)
    {
        for (var start = 0; start < text.Length; start += ChunkSize)
        {
            var length = Math.Min(ChunkSize + name.Length - 1, text.Length - start);
            text.CopyTo(start, buffer, 0, length);
            var rest = buffer.AsSpan(0, length);
            for (var offset = 0; rest.IndexOf(name.AsSpan()) is >= 0 and var at; offset += at + 1, rest = rest.Slice(at + 1))
                places.Add(start + offset + at);
        }
    }
}
