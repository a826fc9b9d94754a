using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Line ends for the lines that a fix adds.</summary>
internal static class LineEnds
{
    /// <summary>A line end as the file of the node writes them.</summary>
    public static SyntaxTrivia LineEnd(this SyntaxNode node)
    {
        foreach (var trivia in node.SyntaxTree.GetRoot().DescendantTrivia())
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return SyntaxFactory.EndOfLine(trivia.ToString());
        }
        return SyntaxFactory.EndOfLine("\n");
    }
}
