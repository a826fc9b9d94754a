using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Compiler;

/// <summary>
/// The program by which candidates try their class out: statements outside any type, which only an executable may have. What is asked for is a class, so they are passed over like the candidate's tests;
/// nothing calls them, so nothing can be won by it.
/// </summary>
internal static class TopLevelStatements
{
    /// <summary>The same file with such statements blanked, every other character where it was. A file that cannot be parsed stays as it is, for the compiler to say so.</summary>
    /// <param name="tree">The file.</param>
    /// <param name="options">How it was parsed.</param>
    /// <returns>The tree that was given when there are none.</returns>
    public static SyntaxTree Without(SyntaxTree tree, CSharpParseOptions options)
    {
        var unit = (CompilationUnitSyntax)tree.GetRoot();
        var statements = unit.Members.OfType<GlobalStatementSyntax>().ToArray();
        if (statements.Length == 0 || tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
            return tree;
        // A file of nothing else takes its using directives with it: what they name may be no more there than a test framework.
        IEnumerable<SyntaxNode> passedOver = statements.Length < unit.Members.Count
            ? statements
            : statements.Concat<SyntaxNode>(unit.Usings.Where(directive => directive.GlobalKeyword.IsKind(SyntaxKind.None)));
        var text = tree.GetText().ToString().ToCharArray();
        // Token by token: a directive among them belongs to the whole file.
        foreach (var token in passedOver.SelectMany(node => node.DescendantTokens()))
            Blank(text.AsSpan(token.SpanStart, token.Span.Length));
        return CSharpSyntaxTree.ParseText(SourceText.From(new string(text), tree.Encoding), options, tree.FilePath);
    }

    private static void Blank(Span<char> text)
    {
        foreach (ref var character in text)
        {
            if (character is not ('\r' or '\n'))
                character = ' ';
        }
    }
}
