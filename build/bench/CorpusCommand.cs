using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Bench;

/// <summary>Runs the rules over folders of real code and prints the findings to be read, a table of counts and every crash.</summary>
internal static class CorpusCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folder") { Description = "Folders, each compiled as one codebase.", Arity = ArgumentArity.OneOrMore };
        var rules = new Option<string[]>("--rule") { Description = "Only these IDs.", AllowMultipleArgumentsPerToken = true };
        var context = new Option<int>("--context") { Description = "Lines of source around a finding.", DefaultValueFactory = _ => 4 };
        var most = new Option<int>("--most") { Description = "Findings printed per rule and folder; 0 prints only how many there are.", DefaultValueFactory = _ => 15 };
        var command = new Command("corpus", "Runs the rules over real code.") { folders, rules, context, most };
        command.SetAction(parsed => Run(parsed.GetValue(folders)!, parsed.GetValue(rules)!, parsed.GetValue(context), parsed.GetValue(most)));
        return command;
    }

    private static int Run(string[] folders, string[] rules, int context, int most)
    {
        var crashes = new ConcurrentQueue<string>();
        var totals = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var lines = 0;
        foreach (var folder in folders)
        {
            var code = Codebase.Load(folder);
            lines += code.Lines;
            var clock = Stopwatch.StartNew();
            var findings = Analyze(code, rules, crashes);
            Console.WriteLine($"== {code.Name}: {code.Files.Length} files, {code.Lines} lines, {findings.Count} findings, {clock.Elapsed.TotalSeconds:F1} s");
            foreach (var rule in findings.GroupBy(d => d.Id).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                totals[rule.Key] = totals.GetValueOrDefault(rule.Key) + rule.Count();
                if (most <= 0)
                    continue;
                // Spread over the codebase instead of the first files only.
                var step = Math.Max(1, rule.Count() / most);
                foreach (var finding in rule.Where((_, i) => i % step == 0).Take(most))
                    Print(finding, context, folder);
            }
        }
        Console.WriteLine($"-- {lines} lines; " + string.Join(", ", totals.Select(t => $"{t.Key} {t.Value}")));
        foreach (var crash in crashes)
            Console.WriteLine($"CRASH {crash}");
        Console.WriteLine($"-- {crashes.Count} crashes");
        return crashes.IsEmpty ? 0 : 1;
    }

    private static List<Diagnostic> Analyze(Codebase code, string[] rules, ConcurrentQueue<string> crashes)
    {
        var analyzers = RuleCatalogue.CreateAnalyzers()
            .Where(a => rules.Length == 0 || a.SupportedDiagnostics.Any(d => rules.Contains(d.Id, StringComparer.OrdinalIgnoreCase)));
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            onAnalyzerException: (exception, analyzer, _) => crashes.Enqueue($"{analyzer.GetType().Name} in {code.Name}: {exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        var diagnostics = code.Compile().WithAnalyzers([.. analyzers], options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        return [.. diagnostics
            .Where(d => !d.Id.StartsWith("AD", StringComparison.Ordinal) && (rules.Length == 0 || rules.Contains(d.Id, StringComparer.OrdinalIgnoreCase)))
            .OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan)];
    }

    private static void Print(Diagnostic finding, int context, string folder)
    {
        var span = finding.Location.GetLineSpan();
        var text = finding.Location.SourceTree!.GetText().Lines;
        Console.WriteLine($"\n{Path.GetRelativePath(folder, span.Path)}:{span.StartLinePosition.Line + 1} {finding.Severity} {finding.Id} {finding.GetMessage()}");
        foreach (var other in finding.AdditionalLocations)
            Console.WriteLine($"    also {Path.GetRelativePath(folder, other.GetLineSpan().Path)}:{other.GetLineSpan().StartLinePosition.Line + 1}");
        for (var line = Math.Max(0, span.StartLinePosition.Line - context); line <= Math.Min(text.Count - 1, span.EndLinePosition.Line + context); line++)
            Console.WriteLine($"  {(line >= span.StartLinePosition.Line && line <= span.EndLinePosition.Line ? '>' : ' ')} {text[line]}");
    }
}
