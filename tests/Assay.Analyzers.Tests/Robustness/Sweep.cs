using System.Collections.Immutable;
using Assay.CodeFixes;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Tests.Robustness;

/// <summary>All rules at once over one source, and what they said of it or threw.</summary>
internal sealed record Sweep(ImmutableArray<Diagnostic> Findings, IReadOnlyList<string> Crashes)
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>The files of a test source as a library, or as a program when it has top-level statements.</summary>
    public static CSharpCompilation Compile(string source, LanguageVersion version = LanguageVersion.Preview, ImmutableArray<MetadataReference>? references = null)
    {
        var parse = new CSharpParseOptions(version);
        var trees = TestProject.Files(source).Select(file => CSharpSyntaxTree.ParseText(file.Text, parse, $"/sweep/{file.Name}")).ToList();
        var isProgram = trees.Any(tree => ((Microsoft.CodeAnalysis.CSharp.Syntax.CompilationUnitSyntax)tree.GetRoot()).Members.Any(SyntaxKind.GlobalStatement));
        if (version >= LanguageVersion.CSharp10)
            trees.Add(CSharpSyntaxTree.ParseText(ImplicitUsings, parse, "/sweep/Usings.g.cs"));
        return CSharpCompilation.Create("Sweep", trees, references ?? TestReferences.All, new CSharpCompilationOptions(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            nullableContextOptions: version >= LanguageVersion.CSharp8 ? NullableContextOptions.Enable : NullableContextOptions.Disable));
    }

    public static async Task<Sweep> OverAsync(CSharpCompilation compilation, AnalyzerOptions? options = null)
    {
        var crashes = new List<string>();
        var analysis = new CompilationWithAnalyzersOptions(
            options ?? new AnalyzerOptions([]),
            onAnalyzerException: (exception, analyzer, _) => crashes.Add($"{analyzer.GetType().Name}: {exception}"),
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        var findings = await compilation.WithAnalyzers(RuleCatalogue.CreateAnalyzers(), analysis).GetAnalyzerDiagnosticsAsync();
        return new Sweep([.. findings.Where(finding => !finding.IsSuppressed)], crashes);
    }

    /// <summary>Rules with the number of their findings, in one line that two sweeps can be compared by.</summary>
    public string Summary => string.Join(", ", Findings
        .GroupBy(finding => $"{finding.Id}{(finding.Severity == DiagnosticSeverity.Info ? " as a suggestion" : "")}")
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{group.Key} x{group.Count()}"));

    /// <summary>The sweep without the findings of some rules.</summary>
    public Sweep Without(IReadOnlyList<string> rules) => this with { Findings = [.. Findings.Where(finding => !rules.Contains(finding.Id))] };

    public static bool HasErrors(CSharpCompilation compilation) => compilation.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
}
