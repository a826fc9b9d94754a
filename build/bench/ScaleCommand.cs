using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Bench;

/// <summary>
/// How the processor time of all rules grows with code of one shape: an eighth, a quarter, a half and the whole of its size, the
/// exponent between the last two, and how long a cancelled analysis goes on.
/// </summary>
internal static class ScaleCommand
{
    private const int Width = 44;

    public static Command Create()
    {
        var samples = new Option<int>("--samples") { Description = "Samples per size.", DefaultValueFactory = _ => 3 };
        var shape = new Option<string?>("--shape") { Description = "Only the shapes whose name holds this text." };
        var command = new Command("scale", "Measures how the rules grow with very large code.") { samples, shape };
        command.SetAction(parsed => Run(parsed.GetValue(samples), parsed.GetValue(shape)));
        return command;
    }

    private static int Run(int samples, string? only)
    {
        var references = Codebase.FrameworkReferences();
        foreach (var shape in ScaleSources.All.Where(s => only is null || s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            Measure(Compile(shape.Write(shape.Largest / 8), references), default);
            var times = new List<(int Size, double Ms)>();
            foreach (var part in (int[])[8, 4, 2, 1])
            {
                var source = shape.Write(shape.Largest / part);
                var measured = Enumerable.Range(0, samples).Select(_ => Measure(Compile(source, references), default)).Order().ToList();
                times.Add((shape.Largest / part, measured[measured.Count / 2]));
            }
            Print(shape, times);
            PrintCancellation(shape, references, times[^1].Ms);
        }
        return 0;
    }

    private static void Print(ScaleSources.Shape shape, List<(int Size, double Ms)> times)
    {
        Console.WriteLine();
        Console.WriteLine(shape.Name);
        foreach (var (size, ms) in times)
        {
            var bar = new string('#', Math.Max(1, (int)(ms / times[^1].Ms * Width)));
            Console.WriteLine(FormattableString.Invariant($"  {size,6} {shape.Unit,-8} {ms,8:F0} ms  {bar}"));
        }
        var exponent = Math.Log(times[^1].Ms / times[^2].Ms) / Math.Log((double)times[^1].Size / times[^2].Size);
        Console.WriteLine(FormattableString.Invariant($"  grows with size to the power of {exponent:F2}"));
    }

    private static void PrintCancellation(ScaleSources.Shape shape, ImmutableArray<MetadataReference> references, double ms)
    {
        var latencies = new List<double>();
        foreach (var share in (double[])[0.2, 0.4, 0.6, 0.8])
        {
            var compilation = Compile(shape.Write(shape.Largest), references);
            using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(ms * share / Environment.ProcessorCount));
            long cancelled = 0;
            using var note = source.Token.Register(() => Volatile.Write(ref cancelled, Stopwatch.GetTimestamp()));
            Measure(compilation, source.Token);
            if (Volatile.Read(ref cancelled) is > 0 and var since)
                latencies.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        if (latencies.Count > 0)
            Console.WriteLine(FormattableString.Invariant($"  goes on for at most {latencies.Max():F0} ms when cancelled ({latencies.Count} times)"));
    }

    private static CSharpCompilation Compile(string source, ImmutableArray<MetadataReference> references)
    {
        var compilation = CSharpCompilation.Create(
            "Scale",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview), "Scale.cs")],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        // Binding is the compiler's own time.
        compilation.GetDiagnostics();
        return compilation;
    }

    private static double Measure(CSharpCompilation compilation, CancellationToken cancellationToken)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        try
        {
            compilation.WithAnalyzers(RuleCatalogue.CreateAnalyzers(), new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false))
                .GetAnalyzerDiagnosticsAsync(cancellationToken).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // What is measured here is how soon this arrives.
        }
        return (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
    }
}
