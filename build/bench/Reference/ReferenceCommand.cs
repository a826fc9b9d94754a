using System.CommandLine;

namespace Assay.Bench.Reference;

/// <summary>Measures the reference components side by side with what an engineer would otherwise take.</summary>
internal static class ReferenceCommand
{
    public static Command Create()
    {
        var json = new Option<string?>("--json") { Description = "Write the rows to this file, in place of those of the same components." };
        var only = new Option<string?>("--only") { Description = "Only the components whose name contains this." };
        var name = new Option<string?>("--case") { Description = "Only the cases whose name contains this. Writes no file." };
        var seconds = new Option<double>("--seconds") { Description = "The most time for the slices of a case.", DefaultValueFactory = _ => 6 };
        var command = new Command("reference", "Measures the reference components against their anchors.") { json, only, name, seconds };
        command.SetAction(parsed => Run(
            parsed.GetValue(json), parsed.GetValue(only) ?? "", parsed.GetValue(name) ?? "", TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static int Run(string? json, string only, string name, TimeSpan budget)
    {
        Console.WriteLine($"{"case",-58} {"anchor",-44} {"ours",9} {"anchor's",9} {"ratio",6} {"goal",-14} {"met",-6} {"B",6} {"slices",6}");
        var rows = Benches()
            .Where(bench => bench.Component.Contains(only, StringComparison.OrdinalIgnoreCase))
            .SelectMany(bench => bench.Cases()
                .Where(one => one.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
                .Select(one => Print(Row(bench.Component, one, one.Measure(budget)))))
            .ToList();
        if (rows.Count == 0)
        {
            Console.Error.WriteLine("No case has such a name.");
            return 2;
        }

        if (json is not null && name.Length == 0)
            BenchRow.Merge(json, rows);
        return 0;
    }

    private static IEnumerable<IComponentBench> Benches() => typeof(ReferenceCommand).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IComponentBench)))
        .Select(type => (IComponentBench)Activator.CreateInstance(type)!)
        .OrderBy(bench => bench.Component, StringComparer.Ordinal);

    private static BenchRow Row(string component, BenchCase one, Measured measured)
    {
        // Judged as published: by the rounded ratio.
        var ratio = Math.Round(measured.Ours / measured.Theirs, 2);
        return new BenchRow(
            component, one.Name, one.Anchor, ratio, one.Goal?.ToString(), measured.IsSettled ? one.Goal?.IsMetBy(ratio, measured.Bytes) : null, measured.Bytes,
            Math.Round(measured.Ours, 2), Math.Round(measured.Theirs, 2), measured.Unit, measured.Threads, measured.Samples);
    }

    private static BenchRow Print(BenchRow row)
    {
        var met = row.Met switch { true => "met", false => "MISSED", null => row.Goal is null ? "" : "busy" };
        Console.WriteLine(FormattableString.Invariant(
            $"{row.Case,-58} {row.Anchor,-44} {row.Ours,9:F2} {row.Theirs,9:F2} {row.Ratio,6:F2} {row.Goal,-14} {met,-6} {row.Bytes,6:F1} {row.Samples,6}"));
        return row;
    }
}
