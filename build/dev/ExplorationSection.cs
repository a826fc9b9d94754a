using System.Globalization;
using System.Text;
using Assay.Bench.Exploration;

namespace Assay.Dev;

/// <summary>What exploration finds and how fast it is, on the page of benchmarks.</summary>
internal static class ExplorationSection
{
    public static string Rows { get; } = Repository.PathOf("docs", "benchmarks.exploration.json");

    public static string Render(PowerRows rows)
    {
        var text = new StringBuilder();
        var isMeasured = rows.Bugs.Count > 0;
        text.Append($"\n## Exploration\n\n{(isMeasured ? "From" : "Not measured yet; it will stand in")} `docs/benchmarks.exploration.json`, which this command measures:\n\n```\n");
        text.Append("dotnet run -c Release --project build/bench -- power tests/Assay.Weaving.Tests/Types --json docs/benchmarks.exploration.json\n```\n");
        if (!isMeasured)
            return text.ToString();
        text.Append("\nSchedules for each second of processor time, by threads and calls of each; a call reads and writes one field. Goal for two threads of four: 20,000.\n\n");
        text.Append("| Threads | Calls | Schedules | | A second |\n|---:|---:|---:|---|---:|\n");
        foreach (var row in rows.Speeds)
            text.Append($"| {row.Threads} | {row.Calls} | {row.Schedules} | {(row.IsExhaustive ? "all with up to 3 preemptions" : "")} | {Whole(row.PerCpuSecond)} |\n");
        text.Append($"\nThe {rows.Bugs.Count} bugs below are those that were measured; the tests hold all of the folder's to the same bar of being found with every seed.\n");
        AppendBugs(text, rows.Bugs);
        AppendPruning(text, [.. rows.Bugs.Where(bug => bug.Pruning is not null)]);
        return text.ToString();
    }

    private static void AppendBugs(StringBuilder text, IReadOnlyList<BugRow> bugs)
    {
        text.Append("\nHow often each bug is found: by exploration; by a stress test of the same programs on real threads, for as long; by random priorities and by random walks\n");
        text.Append("alone, with 100 schedules a program. *Schedules* and *ms* are the most that one exploration took, in processor time. The twin is the same type without the bug.\n\n");
        text.Append("| Bug | Explored | Schedules | ms | Stress | PCT alone | Walk alone | Twin |\n|---|---:|---:|---:|---:|---:|---:|---|\n");
        foreach (var bug in bugs)
        {
            text.Append($"| {bug.Bug} | {bug.Found}/{bug.Seeds} | {bug.Schedules} | {Whole(bug.Milliseconds)} | {bug.Stressed}/{bug.Seeds} | {bug.Priorities}/{bug.Chances} | ");
            text.Append($"{bug.Walks}/{bug.Chances} | {bug.Twin} in {bug.TwinSchedules} |\n");
        }

        var (seeds, chances) = (bugs.Sum(bug => bug.Seeds), bugs.Sum(bug => bug.Chances));
        text.Append($"| all | {Share(bugs.Sum(bug => bug.Found), seeds)} | | | {Share(bugs.Sum(bug => bug.Stressed), seeds)} | {Share(bugs.Sum(bug => bug.Priorities), chances)} | ");
        text.Append($"{Share(bugs.Sum(bug => bug.Walks), chances)} | {bugs.Count(bug => bug.Twin == "clean")} of {bugs.Count} clean |\n");
    }

    private static void AppendPruning(StringBuilder text, IReadOnlyList<BugRow> bugs)
    {
        if (bugs.Count == 0)
            return;
        text.Append("\nWhat it saves to leave out schedules that come to the same as another. *Found* is the most schedules that one exploration of ten took to find the bug; *to the\n");
        text.Append("end* is all schedules, with up to two preemptions, of a dozen programs over the twin, and the processor time of it.\n\n");
        text.Append("| Bug | Found without | Found with | To the end without | with | ms without | ms with |\n|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (var bug in bugs)
            text.Append($"| {bug.Bug} | {bug.Pruning!.Found} | {bug.Schedules} | {bug.Pruning.All} | {bug.Pruning.Kept} | {Whole(bug.Pruning.AllMilliseconds)} | {Whole(bug.Pruning.KeptMilliseconds)} |\n");
        text.Append($"| all | | | {bugs.Sum(bug => bug.Pruning!.All)} | {bugs.Sum(bug => bug.Pruning!.Kept)} | {Whole(bugs.Sum(bug => bug.Pruning!.AllMilliseconds))} | ");
        text.Append($"{Whole(bugs.Sum(bug => bug.Pruning!.KeptMilliseconds))} |\n");
    }

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string Share(int part, int all) => all == 0 ? "" : (100.0 * part / all).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
