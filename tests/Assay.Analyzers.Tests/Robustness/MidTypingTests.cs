using System.Collections.Concurrent;
using Assay.CodeFixes;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Tests.Robustness;

/// <summary>
/// Code in the middle of being typed: every test source cut off at every token, and with every single token missing, must
/// let no rule throw. A run takes every 41st variant; ASSAY_FUZZ in the environment is another stride, 1 takes them all, and
/// ASSAY_FUZZ_CATEGORY takes the tests of one category only.
/// </summary>
public sealed class MidTypingTests
{
    private static readonly int s_stride = int.TryParse(Environment.GetEnvironmentVariable("ASSAY_FUZZ"), out var stride) && stride > 0 ? stride : 41;

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Preview);

    private static readonly CSharpCompilation s_empty = CSharpCompilation.Create(
        "Fuzz",
        [CSharpSyntaxTree.ParseText("global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;", s_parse)],
        TestReferences.All,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    [Fact]
    public void The_tests_of_the_rules_give_sources_to_cut() =>
        Assert.True(TestSources.All.Count >= RuleCatalogue.All.Length * 5, $"only {TestSources.All.Count} sources");

    [Fact]
    public async Task No_rule_throws_on_truncated_code() => await RequireNoCrashAsync(Truncations);

    [Fact]
    public async Task No_rule_throws_on_code_with_a_token_missing() => await RequireNoCrashAsync(Deletions);

    private static IEnumerable<string> Truncations(string source) =>
        Tokens(source).Select(token => source[..token.Span.End]);

    private static IEnumerable<string> Deletions(string source) =>
        Tokens(source).Where(token => !token.Span.IsEmpty).Select(token => source.Remove(token.SpanStart, token.Span.Length));

    private static IEnumerable<SyntaxToken> Tokens(string source) =>
        CSharpSyntaxTree.ParseText(source, s_parse).GetRoot().DescendantTokens();

    private static async Task RequireNoCrashAsync(Func<string, IEnumerable<string>> variantsOf)
    {
        var crashes = new ConcurrentBag<string>();
        var category = Environment.GetEnvironmentVariable("ASSAY_FUZZ_CATEGORY");
        var sources = string.IsNullOrEmpty(category) ? TestSources.All : TestSources.In(category);
        var variants = sources.SelectMany(variantsOf).Where((_, i) => i % s_stride == 0);
        await Parallel.ForEachAsync(variants, async (variant, _) => await RunAsync(variant, crashes));
        Assert.True(crashes.IsEmpty, $"{crashes.Count} crashes, the first:\n{crashes.FirstOrDefault()}");
    }

    private static async Task RunAsync(string variant, ConcurrentBag<string> crashes)
    {
        var compilation = s_empty.AddSyntaxTrees(CSharpSyntaxTree.ParseText(variant, s_parse));
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            onAnalyzerException: (exception, analyzer, _) => crashes.Add($"{analyzer.GetType().Name}: {exception}\n\non:\n{variant}"),
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        await compilation.WithAnalyzers(RuleCatalogue.CreateAnalyzers(), options).GetAnalyzerDiagnosticsAsync();
    }
}
