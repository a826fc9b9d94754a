using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Bench;

/// <summary>
/// What a keystroke costs: the semantic diagnostics of one edited document within a large compilation, as an editor asks for
/// them, for Assay and, side by side on the same edits, for two analyzer packages that a user would have installed.
/// </summary>
internal static class IdeCommand
{
    private const int WarmUp = 10;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A codebase of 80,000 lines or more." };
        var edits = new Option<int>("--edits") { Description = "Edits, each in another document.", DefaultValueFactory = _ => 100 };
        var slowest = new Option<int>("--slowest") { Description = "Show which rules the slowest documents spend their time in." };
        var command = new Command("ide", "Measures the semantic diagnostics of one edited document.") { folder, edits, slowest };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!, parsed.GetValue(edits), parsed.GetValue(slowest)));
        return command;
    }

    private static int Run(string folder, int edits, int slowest)
    {
        var code = Codebase.Load(folder);
        var compilation = code.Compile();
        var documents = Documents(compilation, edits + WarmUp);
        Variant[] variants =
        [
            new("empty analyzer", [new FloorAnalyzer(Asking.Nothing)]),
            new("Assay", RuleCatalogue.CreateAnalyzers()),
            .. Peers(),
        ];
        for (var i = 0; i < documents.Count; i++)
        {
            // The order turns, so that no variant always runs on what the former has warmed.
            for (var k = 0; k < variants.Length; k++)
            {
                var variant = variants[(i + k) % variants.Length];
                var ms = Measure(compilation, documents[i], variant.Analyzers);
                if (i >= WarmUp)
                    variant.Times.Add(ms);
            }
        }
        Console.WriteLine($"{code.Name}: {code.Files.Length} files, {code.Lines} lines, {documents.Count - WarmUp} edited documents of {documents.Average(d => d.GetText().Lines.Count):F0} lines on average");
        Console.WriteLine($"{"variant",-44} {"analyzers",9} {"median ms",10} {"p95 ms",8}");
        foreach (var variant in variants)
            Console.WriteLine(FormattableString.Invariant($"{variant.Name,-44} {variant.Analyzers.Length,9} {variant.At(0.5),10:F1} {variant.At(0.95),8:F1}"));
        if (slowest > 0)
            PrintSlowest(compilation, documents, slowest);
        return 0;
    }

    private static void PrintSlowest(CSharpCompilation compilation, List<SyntaxTree> documents, int count)
    {
        var measured = documents.Skip(WarmUp).Select(d => (Document: d, Time: MeasureByRule(compilation, d))).OrderByDescending(m => m.Time.Sum(t => t.Ms)).ToList();
        foreach (var (document, times) in measured.Take(count))
        {
            Console.WriteLine(FormattableString.Invariant($"{times.Sum(t => t.Ms),7:F1} ms {Path.GetFileName(document.FilePath)}, {document.GetText().Lines.Count} lines"));
            foreach (var (name, ms) in times.Where(t => t.Ms >= 1).OrderByDescending(t => t.Ms).Take(6))
                Console.WriteLine(FormattableString.Invariant($"        {ms,7:F1} ms {name}"));
        }
    }

    private static List<(string Name, double Ms)> MeasureByRule(CSharpCompilation compilation, SyntaxTree tree)
    {
        var (changed, model) = Edit(compilation, tree);
        var analyzers = RuleCatalogue.CreateAnalyzers();
        var analysis = changed.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (_, _, _) => { }, concurrentAnalysis: false, logAnalyzerExecutionTime: true));
        analysis.GetAnalyzerSemanticDiagnosticsAsync(model, filterSpan: null, CancellationToken.None).GetAwaiter().GetResult();
        return [.. analyzers.Select(a => (a.GetType().Name, analysis.GetAnalyzerTelemetryInfoAsync(a, CancellationToken.None).GetAwaiter().GetResult().ExecutionTime.TotalMilliseconds))];
    }

    // Documents spread over the codebase that have a body to type in.
    private static List<SyntaxTree> Documents(CSharpCompilation compilation, int count)
    {
        var candidates = compilation.SyntaxTrees.Where(t => BodyIn(t) is not null).OrderBy(t => t.FilePath, StringComparer.Ordinal).ToList();
        var step = Math.Max(1, candidates.Count / count);
        return [.. candidates.Where((_, i) => i % step == 0).Take(count)];
    }

    private static BlockSyntax? BodyIn(SyntaxTree tree) =>
        tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Select(m => m.Body).FirstOrDefault(b => b is { Statements.Count: > 2 });

    private static double Measure(CSharpCompilation compilation, SyntaxTree tree, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var (changed, model) = Edit(compilation, tree);
        var start = Stopwatch.GetTimestamp();
        changed.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (_, _, _) => { }, concurrentAnalysis: true, logAnalyzerExecutionTime: false))
            .GetAnalyzerSemanticDiagnosticsAsync(model, filterSpan: null, CancellationToken.None).GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static (CSharpCompilation Changed, SemanticModel Model) Edit(CSharpCompilation compilation, SyntaxTree tree)
    {
        var edited = tree.WithChangedText(tree.GetText().WithChanges(new TextChange(new TextSpan(BodyIn(tree)!.OpenBraceToken.Span.End, 0), " ; ")));
        var changed = compilation.ReplaceSyntaxTree(tree, edited);
        var model = changed.GetSemanticModel(edited);
        // The editor has bound the document for its own colours and errors before it asks analyzers.
        model.GetDiagnostics();
        return (changed, model);
    }

    private static IEnumerable<Variant> Peers()
    {
        foreach (var package in Codebase.Metadata("PeerPackages").Split('|'))
        {
            var files = Directory.GetFiles(Path.Combine(Codebase.PackageFolder(package), "analyzers"), "*.dll", SearchOption.AllDirectories)
                .Where(f => Path.GetFileName(Path.GetDirectoryName(f)) == "cs" && !Path.GetFileName(f).Contains("CodeFix", StringComparison.Ordinal))
                .ToList();
            // A package may bring its assemblies for several compilers; the newest folder is the one in use.
            var folder = files.Select(f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal).Last();
            var analyzers = files.Where(f => Path.GetDirectoryName(f) == folder).SelectMany(AnalyzersIn).ToImmutableArray();
            yield return new Variant(package, analyzers);
        }
    }

    private static IEnumerable<DiagnosticAnalyzer> AnalyzersIn(string file) =>
        Assembly.LoadFrom(file).GetTypes()
            .Where(t => !t.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(t) && !typeof(DiagnosticSuppressor).IsAssignableFrom(t))
            .Where(t => t.GetCustomAttribute<DiagnosticAnalyzerAttribute>()?.Languages.Contains(LanguageNames.CSharp) == true)
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!);

    private sealed record Variant(string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers)
    {
        public List<double> Times { get; } = [];

        public double At(double share)
        {
            var sorted = Times.Order().ToList();
            return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
        }
    }
}
