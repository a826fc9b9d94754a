using System.CommandLine;
using System.Diagnostics;
using Assay.Weaving;
using Assay.Weaving.Programs;
using Assay.Weaving.Tests;

namespace Assay.Bench.Exploration;

/// <summary>
/// The analyzers' table of types with shared state beside exploration, a line for each case with what was found and the time it took: for looking into one case,
/// or for finding the slow ones. What must hold of all of them is a test.
/// </summary>
internal static class CrossCheckCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The table: classes whose fields are new(Primitive.X, SOURCE)." };
        var only = new Option<string>("--only") { Description = "Only cases whose name holds this text.", DefaultValueFactory = _ => "" };
        var after = new Option<string>("--after") { Description = "Goes on after the case of this name.", DefaultValueFactory = _ => "" };
        var whole = new Option<bool>("--whole") { Description = "Prints the whole verdict, with the schedule of a finding." };
        var command = new Command("crosscheck", "Explores the types that the analyzers are tested on.") { folder, only, after, whole };
        command.SetAction((parsed, cancellationToken) =>
        {
            var cases = CrossCheckCase.In(parsed.GetValue(folder)!);
            if (parsed.GetValue(after) is { Length: > 0 } last)
                cases = cases.SkipWhile(one => one.Name != last).Skip(1);
            return RunAsync(cases.Where(one => one.Name.Contains(parsed.GetValue(only)!, StringComparison.OrdinalIgnoreCase)), parsed.GetValue(whole), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(IEnumerable<CrossCheckCase> cases, bool isWhole, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in cases)
        {
            var started = Stopwatch.GetTimestamp();
            var verdict = await ExploreAsync(one, cancellationToken);
            var kind = $"{(one.IsTrap ? "trap" : "bad")}: {verdict.Kind.ToString().ToLowerInvariant()}";
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            Console.WriteLine($"{kind,-22} | {one.Name} | {one.Rules} | {verdict.Reason.ReplaceLineEndings(" ")} | {verdict.Program.ReplaceLineEndings("; ")} | " +
                $"{verdict.Programs} programs, {verdict.Schedules} schedules, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            if (isWhole)
                Console.WriteLine(verdict);
        }

        foreach (var (kind, count) in counts)
            Console.WriteLine($"{kind}: {count}");
        return 0;
    }

    private static async Task<RaceVerdict> ExploreAsync(CrossCheckCase one, CancellationToken cancellationToken)
    {
        if (BugSources.Compile(one.Source, out var error) is not var (image, symbols))
            return new RaceVerdict("", RaceVerdictKind.Undecided, error, 0, 0, 0, "", [], null);
        try
        {
            return await CrossCheckCase.ExploreAsync(WovenCode.Load(image, symbols), cancellationToken);
        }
        catch (FileNotFoundException absent)
        {
            return new RaceVerdict("", RaceVerdictKind.Undecided, absent.Message, 0, 0, 0, "", [], null);
        }
    }
}
