using System.CommandLine;
using System.Diagnostics;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Bench;

/// <summary>
/// What the rules cost, as ratios of CPU time and allocated bytes to binding alone. Every sample compiles a fresh
/// compilation; the variants are interleaved, and the median of the samples counts.
/// </summary>
internal static class CostCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A codebase of 80,000 lines or more." };
        var samples = new Option<int>("--samples") { Description = "Samples per variant.", DefaultValueFactory = _ => 7 };
        var perRule = new Option<bool>("--per-rule") { Description = "Measure each rule alone, too." };
        var floors = new Option<bool>("--floors") { Description = "Measure what asking the compiler alone costs, too." };
        var rules = new Option<string[]>("--rule") { Description = "Measure these IDs together, too.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("cost", "Measures CPU and allocations of the rules against binding.") { folder, samples, perRule, floors, rules };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!, parsed.GetValue(samples), parsed.GetValue(perRule), parsed.GetValue(floors), parsed.GetValue(rules)!));
        return command;
    }

    private static int Run(string folder, int samples, bool perRule, bool floors, string[] rules)
    {
        var code = Codebase.Load(folder);
        Console.WriteLine($"{code.Name}: {code.Files.Length} files, {code.Lines} lines, {samples} samples per variant, medians");
        var variants = new List<Variant> { new("binding alone", () => []), new("empty analyzer", () => [new FloorAnalyzer(Asking.Nothing)]), new("all rules", RuleCatalogue.CreateAnalyzers) };
        if (rules.Length > 0)
            variants.Add(new("these rules", () => [.. RuleCatalogue.CreateAnalyzers().Where(a => a.SupportedDiagnostics.Any(d => rules.Contains(d.Id, StringComparer.OrdinalIgnoreCase)))]));
        if (floors)
            variants.AddRange(Enum.GetValues<Asking>().Where(a => a != Asking.Nothing).Select(a => new Variant($"floor: {a}", () => [new FloorAnalyzer(a)])));
        if (perRule)
            variants.AddRange(RuleCatalogue.CreateAnalyzers().Select(a => new Variant(NameOf(a), () => [a]) { IsOneRule = true }));
        // Warm-up: the first round compiles the compiler.
        for (var round = -1; round < samples; round++)
        {
            foreach (var variant in variants)
            {
                var sample = Measure(code, variant);
                if (round >= 0)
                    variant.Samples.Add(sample);
            }
        }
        var (baseCpu, baseBytes) = variants[0].Median();
        Console.WriteLine($"{"variant",-34} {"CPU ms",9} {"ratio",6} {"MB",9} {"ratio",6}");
        // The rules alone come last, the dearest first.
        foreach (var variant in variants.OrderBy(v => v.IsOneRule ? -v.Median().CpuMs : double.NegativeInfinity))
        {
            var (cpu, bytes) = variant.Median();
            Console.WriteLine(FormattableString.Invariant($"{variant.Name,-34} {cpu,9:F0} {cpu / baseCpu,6:F2} {bytes / 1e6,9:F1} {bytes / baseBytes,6:F2}"));
        }
        return 0;
    }

    private static string NameOf(DiagnosticAnalyzer analyzer) =>
        analyzer.SupportedDiagnostics is [var only] ? $"{only.Id} {analyzer.GetType().Name}" : $"{analyzer.SupportedDiagnostics.Length} rules {analyzer.GetType().Name}";

    private static (double CpuMs, double Bytes) Measure(Codebase code, Variant variant)
    {
        var compilation = code.Compile();
        GC.Collect();
        var cpu = Environment.CpuUsage.TotalTime;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var analyzers = variant.Analyzers();
        if (analyzers.Length == 0)
            compilation.GetDiagnostics();
        else
            compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false))
                .GetAllDiagnosticsAsync().GetAwaiter().GetResult();
        return ((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }

    private sealed record Variant(string Name, Func<System.Collections.Immutable.ImmutableArray<DiagnosticAnalyzer>> Analyzers)
    {
        public bool IsOneRule { get; init; }

        public List<(double CpuMs, double Bytes)> Samples { get; } = [];

        public (double CpuMs, double Bytes) Median() => (Middle(Samples.Select(s => s.CpuMs)), Middle(Samples.Select(s => s.Bytes)));

        private static double Middle(IEnumerable<double> values)
        {
            var sorted = values.Order().ToList();
            return sorted[sorted.Count / 2];
        }
    }
}
