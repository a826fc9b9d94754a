using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Reads and rewrites the statements beside a statement, in a block or a switch section.</summary>
internal static class Statements
{
    /// <summary>The statements among which the given one stands; empty when it stands alone, as under an <c>if</c> without braces.</summary>
    public static SyntaxList<StatementSyntax> Beside(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        _ => default,
    };

    /// <summary>The statement after the given one; null when it is the last.</summary>
    public static StatementSyntax? After(StatementSyntax statement)
    {
        var statements = Beside(statement);
        var index = statements.IndexOf(statement);
        return index >= 0 && index + 1 < statements.Count ? statements[index + 1] : null;
    }

    /// <summary>The only statement of a branch, with or without braces; null when there are more or none.</summary>
    public static StatementSyntax? Only(StatementSyntax branch) => branch switch
    {
        BlockSyntax { Statements: { Count: 1 } statements } => statements[0],
        BlockSyntax => null,
        _ => branch,
    };

    /// <summary>The first statement of a branch, with or without braces.</summary>
    public static StatementSyntax? First(StatementSyntax branch) =>
        branch is BlockSyntax block ? block.Statements.FirstOrDefault() : branch;

    /// <summary>
    /// The root with <paramref name="first"/> replaced and the statements after it up to <paramref name="last"/> gone; their
    /// comments move before the replacement.
    /// </summary>
    public static SyntaxNode Replace(SyntaxNode root, StatementSyntax first, StatementSyntax last, StatementSyntax replacement)
    {
        var leading = first.GetLeadingTrivia();
        var written = replacement.WithTrailingTrivia(last.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        if (first == last)
            return root.ReplaceNode(first, written.WithLeadingTrivia(leading));
        var statements = Beside(first);
        var (from, to) = (statements.IndexOf(first), statements.IndexOf(last));
        for (var i = from + 1; i <= to; i++)
            leading = leading.AddRange(CommentLines(statements[i].GetLeadingTrivia()));
        var kept = statements.Take(from).Append(written.WithLeadingTrivia(leading)).Concat(statements.Skip(to + 1));
        SyntaxNode parent = first.Parent!;
        return root.ReplaceNode(parent, parent is BlockSyntax block ? block.WithStatements([.. kept]) : ((SwitchSectionSyntax)parent).WithStatements([.. kept]));
    }

    /// <summary>The branch without its first statement, whose comments move to the next one.</summary>
    public static BlockSyntax WithoutFirst(BlockSyntax block)
    {
        var comments = CommentLines(block.Statements[0].GetLeadingTrivia());
        var rest = block.Statements.RemoveAt(0);
        if (rest.Count > 0 && comments.Count > 0)
            rest = rest.Replace(rest[0], rest[0].WithLeadingTrivia(comments.AddRange(rest[0].GetLeadingTrivia())));
        return block.WithStatements(rest);
    }

    /// <summary>Whether a comment stands in the node, apart from one after its end, which stays.</summary>
    public static bool HasComment(SyntaxNode node) =>
        node.DescendantTrivia().Any(t => t.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia && t.SpanStart < node.Span.End);

    // Whole lines with comments, not the blank lines around them.
    private static SyntaxTriviaList CommentLines(SyntaxTriviaList trivia) =>
        trivia.Any(t => t.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia) ? trivia : default;
}
