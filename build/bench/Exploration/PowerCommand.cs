using System.CommandLine;
using System.Diagnostics;
using Assay.Verify.Exploration;
using Assay.Weaving;
using Assay.Weaving.Programs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Bench.Exploration;

/// <summary>How often exploration, and stress on the same budget, find the classic bugs; and how many schedules a second there are.</summary>
internal static class PowerCommand
{
    private const string Usings = """
        global using System;
        global using System.Collections.Concurrent;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Channels;
        global using System.Threading.Tasks;
        """;

    private const string Programs = """
        public class Counter
        {
            private int _value;
            public void Add() => _value++;
        }
        """;

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The types: NAME.cs declares NAME and NAMEFixed." };
        var seeds = new Option<int>("--seeds") { Description = "Runs of each bug.", DefaultValueFactory = _ => 50 };
        var only = new Option<string?>("--only") { Description = "Only types whose name holds this text." };
        var command = new Command("power", "Measures what exploration finds, beside stress.") { folder, seeds, only };
        command.SetAction(parsed =>
        {
            Speed();
            Power(parsed.GetValue(folder)!, parsed.GetValue(seeds), parsed.GetValue(only));
        });
        return command;
    }

    private static void Power(string folder, int seeds, string? only)
    {
        Console.WriteLine("| bug | explored: found | median ms | most ms | stressed: found | twin |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var path in Directory.GetFiles(folder, "*.cs").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (only is not null && !name.Contains(only, StringComparison.Ordinal))
                continue;
            var (image, symbols) = Compile(File.ReadAllText(path));
            var plain = System.Reflection.Assembly.Load(image.ToArray());
            var code = WovenCode.Load(image, symbols);
            var (found, stressed, times) = (0, 0, new List<double>());
            for (var seed = 1; seed <= seeds; seed++)
            {
                var started = Stopwatch.GetTimestamp();
                var verdict = new TypeExplorer(code, code.Assembly.GetType(name)!, new RaceOptions { Seed = seed }).Explore(CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                found += verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock ? 1 : 0;
                stressed += Stressing.Finds(plain.GetType(name)!, seed, TimeSpan.FromMilliseconds(Math.Max(times[^1], 20))) ? 1 : 0;
            }

            var twin = new TypeExplorer(code, code.Assembly.GetType(name + "Fixed")!, new RaceOptions { MaxPrograms = 40, MaxSchedules = 500 }).Explore(CancellationToken.None);
            times.Sort();
            Console.WriteLine(FormattableString.Invariant($"| {name} | {found}/{seeds} | {times[times.Count / 2]:F0} | {times[^1]:F0} | {stressed}/{seeds} | {twin.Kind} in {twin.Schedules} |"));
        }
    }

    private static void Speed()
    {
        var (image, symbols) = Compile(Programs);
        var code = WovenCode.Load(image, symbols);
        var table = MemberTable.Of(code.Assembly.GetType("Counter")!, out _)!;
        Console.WriteLine("| lanes | calls each | schedules | a second | a second of processor time |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (lanes, calls) in new[] { (2, 1), (2, 2), (2, 4), (2, 4), (2, 8), (3, 1), (3, 2), (3, 4), (4, 2), (6, 1) })
        {
            var one = Enumerable.Repeat(table.Calls[0], calls).ToArray();
            var plan = new ProgramPlan([], [.. Enumerable.Repeat(one, lanes)], []);
            using var arena = new Arena(code.Sites);
            var together = code.Sites.Add(new Site(SiteKind.Boundary, "call", "program", "", 0));
            var run = new ProgramRun(plan, table, code, together, [.. plan.Calls.Select(_ => together)]);
            var (processor, started) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
            var result = new Explorer(arena, new ExplorationOptions { MaxRuns = 20_000, Preemptions = 3 }).Explore(run.Together);
            var (wall, used) = (Stopwatch.GetElapsedTime(started).TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds);
            Console.WriteLine(FormattableString.Invariant($"| {lanes} | {calls} | {result.Runs} | {result.Runs / wall:F0} | {result.Runs / used:F0} |"));
        }
    }

    private static (MemoryStream Image, MemoryStream Symbols) Compile(string source)
    {
        var compilation = CSharpCompilation.Create(
            "types",
            [CSharpSyntaxTree.ParseText(SourceText.From(source, System.Text.Encoding.UTF8), path: "types.cs"), CSharpSyntaxTree.ParseText(SourceText.From(Usings, System.Text.Encoding.UTF8), path: "usings.cs")],
            Codebase.FrameworkReferences(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        var (image, symbols) = (new MemoryStream(), new MemoryStream());
        if (!compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb)).Success)
            throw new InvalidOperationException("The types do not compile.");
        (image.Position, symbols.Position) = (0, 0);
        return (image, symbols);
    }
}
