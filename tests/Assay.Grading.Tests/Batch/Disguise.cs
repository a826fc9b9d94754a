using Assay.Exercises;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Grading.Tests.Batch;

/// <summary>What somebody does to a copy so that it does not look like one. Each gives a program that still compiles, which the tests check.</summary>
internal static class Disguise
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, Func<IReadOnlyList<FileRecord>, Exercise, IReadOnlyList<FileRecord>>> All { get; } =
        new Dictionary<string, Func<IReadOnlyList<FileRecord>, Exercise, IReadOnlyList<FileRecord>>>(StringComparer.Ordinal)
        {
            ["renamed"] = Renamed,
            ["reordered"] = (files, _) => Each(files, root => new Reversal().Visit(root)!),
            ["reformatted"] = (files, _) => Each(files, root => new Bare().Visit(root)!.NormalizeWhitespace("\t")),
            ["restyled"] = (files, _) => Each(files, root => new Restyle().Visit(root)!.NormalizeWhitespace()),
            ["renumbered"] = (files, _) => [.. files.Select((file, i) => file with { Path = $"Part{files.Count - i}.cs" }).OrderBy(file => file.Path, StringComparer.Ordinal)],
            ["all of it"] = (files, exercise) => All!.Where(one => one.Key != "all of it").Aggregate(files, (copy, one) => one.Value(copy, exercise)),
        };

    private static FileRecord[] Each(IEnumerable<FileRecord> files, Func<SyntaxNode, SyntaxNode> change) =>
        [.. files.Select(file => file with { Text = change(CSharpSyntaxTree.ParseText(file.Text).GetRoot()).ToFullString() })];

    /// <summary>Every name of its own is another, also those of types and members; what the contract or the framework names keeps its name.</summary>
    private static FileRecord[] Renamed(IReadOnlyList<FileRecord> files, Exercise exercise)
    {
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path)).ToArray();
        var compilation = Compiled.Compilation(trees);
        var symbols = trees.SelectMany(tree => Named(tree, compilation.GetSemanticModel(tree))).ToArray();
        var own = symbols.Where(one => one.Symbol.Locations.Any(location => location.IsInSource) && one.Symbol is not INamespaceSymbol).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        own.ExceptWith(symbols.Where(one => one.Symbol is INamespaceSymbol || !one.Symbol.Locations.Any(location => location.IsInSource)).Select(one => one.Name));
        own.ExceptWith(exercise.Contract.GetMembers().Select(member => member.Name));
        own.ExceptWith([nameof(IDisposable.Dispose), nameof(IAsyncDisposable.DisposeAsync)]);
        var names = own.Order(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(one => one.name, one => $"zz{one.i}", StringComparer.Ordinal);
        return [.. trees.Select(tree => new FileRecord(tree.FilePath, Replaced(tree.GetRoot(), names)))];
    }

    private static string Replaced(SyntaxNode root, Dictionary<string, string> names)
    {
        var tokens = root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && names.ContainsKey(token.ValueText));
        return root.ReplaceTokens(tokens, (token, _) => SyntaxFactory.Identifier(token.LeadingTrivia, names[token.ValueText], token.TrailingTrivia)).ToFullString();
    }

    private static IEnumerable<(string Name, ISymbol Symbol)> Named(SyntaxTree tree, SemanticModel model) =>
        from token in tree.GetRoot().DescendantTokens()
        where token.IsKind(SyntaxKind.IdentifierToken)
        let symbol = model.GetDeclaredSymbol(token.Parent!) ?? model.GetSymbolInfo(token.Parent!).Symbol
        where symbol is not null
        select (token.ValueText, symbol);

    private sealed class Reversal : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node) => base.VisitClassDeclaration(node.WithMembers(Reversed(node.Members)));

        public override SyntaxNode? VisitStructDeclaration(StructDeclarationSyntax node) => base.VisitStructDeclaration(node.WithMembers(Reversed(node.Members)));

        public override SyntaxNode? VisitFileScopedNamespaceDeclaration(FileScopedNamespaceDeclarationSyntax node) =>
            base.VisitFileScopedNamespaceDeclaration(node.WithMembers(Reversed(node.Members)));

        private static SyntaxList<MemberDeclarationSyntax> Reversed(SyntaxList<MemberDeclarationSyntax> members) => [.. members.Reverse()];
    }

    /// <summary>Without comments.</summary>
    private sealed class Bare() : CSharpSyntaxRewriter(visitIntoStructuredTrivia: false)
    {
        public override SyntaxTrivia VisitTrivia(SyntaxTrivia trivia) =>
            trivia.IsKind(SyntaxKind.EndOfLineTrivia) || trivia.IsKind(SyntaxKind.WhitespaceTrivia) ? trivia : SyntaxFactory.ElasticSpace;
    }

    /// <summary>Blocks for arrows, braces for single statements, other constants in texts, members internal instead of private.</summary>
    private sealed class Restyle : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
        {
            node = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
            if (node.ExpressionBody is not { Expression: var value and not ThrowExpressionSyntax })
                return node;
            StatementSyntax statement = node.ReturnType.ToString() == "void" ? SyntaxFactory.ExpressionStatement(value) : SyntaxFactory.ReturnStatement(value);
            return node.WithExpressionBody(null).WithSemicolonToken(default).WithBody(SyntaxFactory.Block(statement));
        }

        public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
        {
            node = (IfStatementSyntax)base.VisitIfStatement(node)!;
            return node.Statement is BlockSyntax ? node : node.WithStatement(SyntaxFactory.Block(node.Statement));
        }

        public override SyntaxNode? VisitLiteralExpression(LiteralExpressionSyntax node) =>
            node.IsKind(SyntaxKind.StringLiteralExpression) ? SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(node.Token.ValueText + ".")) : node;

        public override SyntaxToken VisitToken(SyntaxToken token) =>
            token.IsKind(SyntaxKind.PrivateKeyword) ? SyntaxFactory.Token(token.LeadingTrivia, SyntaxKind.InternalKeyword, token.TrailingTrivia) : base.VisitToken(token);
    }
}
