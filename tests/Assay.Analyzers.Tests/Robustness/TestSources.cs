using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Tests.Robustness;

/// <summary>Every source that the tests of the rules hand to Flags, Ignores and Fixes, read from the test files themselves.</summary>
internal static class TestSources
{
    private static readonly string[] s_verbs = ["Flags", "Ignores", "Fixes"];

    public static IReadOnlyList<string> All { get; } = In("");

    /// <summary>The sources of the tests of one category; of all categories when its name is empty.</summary>
    public static IReadOnlyList<string> In(string category) => [.. Directory
        .EnumerateFiles(Path.Combine(TestReferences.RepositoryRoot, "tests", "Assay.Analyzers.Tests", "Rules", category), "*Tests.cs", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .SelectMany(SourcesIn)
        .Distinct()];

    private static IEnumerable<string> SourcesIn(string testFile) =>
        from call in CSharpSyntaxTree.ParseText(File.ReadAllText(testFile)).GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
        where call.Expression is IdentifierNameSyntax name && s_verbs.Contains(name.Identifier.Text)
        from argument in call.ArgumentList.Arguments
        where argument.NameColon is null
        from literal in argument.Expression.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>()
        where literal.Kind() == SyntaxKind.StringLiteralExpression
        let text = Markup.Parse(literal.Token.ValueText, "rule").Text
        where text.Length > 20
        select text;
}
