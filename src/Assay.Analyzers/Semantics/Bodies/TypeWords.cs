using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>What the files of a symbol mention.</summary>
internal static class TypeWords
{
    /// <summary>Whether a file that declares the symbol, or a part of it, mentions one of the words.</summary>
    public static bool Mentions(this ISymbol symbol, Words words, CancellationToken cancellationToken)
    {
        foreach (var part in symbol.DeclaringSyntaxReferences)
        {
            if (WordIndex.Of(part.SyntaxTree, cancellationToken).Has(words))
                return true;
        }
        return false;
    }
}
