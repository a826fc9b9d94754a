using System.CommandLine;
using System.Diagnostics;
using Assay.Verify.Exploration;
using Assay.Weaving;
using Assay.Weaving.Programs;

namespace Assay.Bench.Exploration;

/// <summary>How often exploration, its strategies of chance alone, and stress on the same budget find the classic bugs; and how many schedules a second there are.</summary>
internal static class PowerCommand
{
    private const string Counter = """
        public class Counter
        {
            private int _value;
            public void Add() => _value++;
        }
        """;

    // Chance alone runs all its schedules of every program that has nothing to find; more would only take longer.
    private const int ChanceSchedules = 100;

    // To tell what pruning saves, a few programs are run to their end both ways; those with more schedules are left out.
    private const int PrunedPrograms = 12;
    private const int MostToExhaust = 20_000;
    private const int UnprunedSeeds = 10;

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The types: NAME.cs declares NAME and NAMEFixed." };
        var seeds = new Option<int>("--seeds") { Description = "Runs of each bug.", DefaultValueFactory = _ => 50 };
        var chances = new Option<int>("--chances") { Description = "Runs of each bug by each strategy of chance alone.", DefaultValueFactory = _ => 50 };
        var only = new Option<string?>("--only") { Description = "Only types whose name holds this text." };
        var json = new Option<string?>("--json") { Description = "Write the rows to this file." };
        var most = new Option<int>("--most") { Description = "As many bugs and no more; with --resume the next ones.", DefaultValueFactory = _ => int.MaxValue };
        var resume = new Option<bool>("--resume") { Description = "Keep the rows that the file has, and measure what is missing." };
        var command = new Command("power", "Measures what exploration finds, beside stress.") { folder, seeds, chances, only, json, most, resume };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(json);
            var rows = parsed.GetValue(resume) && path is not null ? PowerRows.Read(path) : new PowerRows();
            if (rows.Speeds.Count == 0)
                rows = rows with { Speeds = Speeds() };
            Console.WriteLine($"{"bug",-28} {"found",8} {"schedules",10} {"most ms",8} {"stress",8} {"PCT",8} {"walk",8} twin, pruning");
            foreach (var bug in Bugs(parsed.GetValue(folder)!, parsed.GetValue(only) ?? "", rows).Take(parsed.GetValue(most)))
            {
                rows = rows with { Bugs = [.. rows.Bugs.Append(Bug(bug, parsed.GetValue(seeds), parsed.GetValue(chances))).OrderBy(row => row.Bug, StringComparer.Ordinal)] };
                // After each, so that what was measured outlives whoever measures.
                if (path is not null)
                    rows.Write(path);
            }
        });
        return command;
    }

    private static IEnumerable<string> Bugs(string folder, string only, PowerRows measured)
    {
        var known = measured.Bugs.Select(row => row.Bug).ToHashSet(StringComparer.Ordinal);
        return Directory.GetFiles(folder, "*.cs").Order(StringComparer.Ordinal)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var name && name.Contains(only, StringComparison.Ordinal) && !known.Contains(name));
    }

    private static BugRow Bug(string path, int seeds, int chances)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var (image, symbols) = BugSources.Compile(File.ReadAllText(path), out var error) ?? throw new InvalidOperationException(error);
        var stressed = System.Reflection.Assembly.Load(image.ToArray()).GetType(name)!;
        var code = WovenCode.Load(image, symbols);
        var (found, stressFound, schedules, milliseconds) = (0, 0, 0, 0.0);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var before = Processor();
            var verdict = Explore(code, name, new RaceOptions { Seed = seed });
            var used = Processor() - before;
            (schedules, milliseconds) = (Math.Max(schedules, verdict.Schedules), Math.Max(milliseconds, used.TotalMilliseconds));
            found += IsFound(verdict) ? 1 : 0;
            stressFound += Stressing.Finds(stressed, seed, TimeSpan.FromMilliseconds(Math.Max(used.TotalMilliseconds, 20))) ? 1 : 0;
        }

        var twin = Explore(code, name + "Fixed", new RaceOptions { MaxPrograms = 40, MaxSchedules = 500 });
        var row = new BugRow(
            name, seeds, found, schedules, Math.Round(milliseconds), stressFound, chances, ByChance(code, name, chances, SearchKind.Priorities), ByChance(code, name, chances, SearchKind.Walks),
            twin.Kind.ToString().ToLowerInvariant(), twin.Schedules, Pruning(code, name));
        Console.WriteLine(FormattableString.Invariant(
            $"{row.Bug,-28} {row.Found,8} {row.Schedules,10} {row.Milliseconds,8} {row.Stressed,8} {row.Priorities,8} {row.Walks,8} {row.Twin} in {row.TwinSchedules}, {row.Pruning}"));
        return row;
    }

    private static PruningRow Pruning(WovenCode code, string name)
    {
        var found = Enumerable.Range(1, UnprunedSeeds).Max(seed => Explore(code, name, new RaceOptions { Seed = seed, Prunes = false }).Schedules);
        var table = MemberTable.Of(code.Assembly.GetType(name + "Fixed")!, out _)!;
        var row = new PruningRow(found, 0, 0, 0, 0, 0);
        foreach (var plan in new ProgramGenerator(table, seed: 1).Programs().Where((_, index) => index % 5 == 0).Take(PrunedPrograms))
        {
            var (all, allTime) = Exhaust(code, table, plan, prunes: false);
            var (kept, keptTime) = Exhaust(code, table, plan, prunes: true);
            if (!all.IsExhaustive)
                continue;
            row = row with
            {
                Programs = row.Programs + 1, All = row.All + all.Runs, Kept = row.Kept + kept.Runs,
                AllMilliseconds = Math.Round(row.AllMilliseconds + allTime.TotalMilliseconds), KeptMilliseconds = Math.Round(row.KeptMilliseconds + keptTime.TotalMilliseconds),
            };
        }

        return row;
    }

    private static (ExplorationResult Result, TimeSpan Time) Exhaust(WovenCode code, MemberTable table, ProgramPlan plan, bool prunes)
    {
        using var arena = new Arena(code.Sites);
        var call = code.Sites.Add(new Site(SiteKind.Boundary, "call", "program", "", 0));
        var run = new ProgramRun(plan, table, code, call, [.. plan.Calls.Select(_ => call)]);
        var before = Processor();
        var result = new Explorer(arena, new ExplorationOptions { MaxRuns = MostToExhaust, Prunes = prunes, MaxShrinkRuns = 0 }).Explore(run.Together, static _ => true);
        return (result, Processor() - before);
    }

    private static int ByChance(WovenCode code, string name, int chances, SearchKind search) => Enumerable.Range(1, chances)
        .Count(seed => IsFound(Explore(code, name, new RaceOptions { Seed = seed, Search = search, MaxSchedules = ChanceSchedules })));

    private static RaceVerdict Explore(WovenCode code, string name, RaceOptions options) =>
        new TypeExplorer(code, code.Assembly.GetType(name)!, options).Explore(CancellationToken.None);

    private static bool IsFound(RaceVerdict verdict) => verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock;

    private static List<SpeedRow> Speeds()
    {
        var (image, symbols) = BugSources.Compile(Counter, out _)!.Value;
        var code = WovenCode.Load(image, symbols);
        var table = MemberTable.Of(code.Assembly.GetType("Counter")!, out _)!;
        // The first is thrown away: it pays for the compiler's work.
        return [.. new[] { (2, 4), (2, 1), (2, 2), (2, 4), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (4, 1), (4, 2), (6, 1) }.Select(shape => Speed(code, table, shape.Item1, shape.Item2)).Skip(1)];
    }

    private static SpeedRow Speed(WovenCode code, MemberTable table, int threads, int calls)
    {
        var one = Enumerable.Repeat(table.Calls[0], calls).ToArray();
        var plan = new ProgramPlan([], [.. Enumerable.Repeat(one, threads)], []);
        var together = code.Sites.Add(new Site(SiteKind.Boundary, "call", "program", "", 0));
        var run = new ProgramRun(plan, table, code, together, [.. plan.Calls.Select(_ => together)]);
        var (runs, before) = (0, Processor());
        ExplorationResult result;
        // A small program has too few schedules to measure: it is explored again and again.
        do
        {
            using var arena = new Arena(code.Sites);
            result = new Explorer(arena, new ExplorationOptions { MaxRuns = MostToExhaust, Preemptions = 3 }).Explore(run.Together);
            runs += result.Runs;
        }
        while (runs < MostToExhaust);

        var row = new SpeedRow(threads, calls, result.Runs, result.IsExhaustive, Math.Round(runs / (Processor() - before).TotalSeconds));
        Console.WriteLine(FormattableString.Invariant($"{threads} threads, {calls} calls each: {row.Schedules} schedules, {row.PerCpuSecond} a second of processor time"));
        return row;
    }

    private static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;
}
