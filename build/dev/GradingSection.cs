using System.Globalization;
using System.Text;
using Assay.Bench.Grading;

namespace Assay.Dev;

/// <summary>What grading costs and how steady it is, on the page of benchmarks.</summary>
internal static class GradingSection
{
    public static string Rows { get; } = Repository.PathOf("docs", "benchmarks.grading.json");

    public static string Render(GradingRows rows)
    {
        var text = new StringBuilder();
        // A page of empty tables would look as if nothing had been found.
        var isMeasured = rows.Costs.Count + rows.Batches.Count + rows.Peers.Count + rows.Flakes.Count > 0;
        text.Append($"\n## Grading\n\n{(isMeasured ? "From" : "Not measured yet; it will stand in")} `docs/benchmarks.grading.json`, which these commands measure:\n\n```\n");
        text.Append("dotnet run -c Release --project build/bench -- grade --json docs/benchmarks.grading.json\n");
        text.Append("dotnet run -c Release --project build/bench -- flakes --which good --json docs/benchmarks.grading.json\n```\n");
        if (!isMeasured)
            return text.ToString();
        text.Append('\n');
        text.Append("Processor time of one ordinary submission (the five right ones of each exercise), user and system, of the grader and all its processes: medians in\n");
        text.Append("milliseconds. *First* is a grader's first submission, which pays for the start of the compiler; *warm* is each later one. Goal: 500 ms warm.\n\n");
        text.Append("| Exercise | | Compile and analyze | Jails | Grader | All |\n|---|---|---:|---:|---:|---:|\n");
        foreach (var row in rows.Costs)
            text.Append($"| {row.Exercise} | {row.Moment} | {Whole(row.Compile)} | {Whole(row.Jails)} | {Whole(row.Host)} | {Whole(row.Total)} |\n");
        text.Append("\nBatches. Goal: 2 a second and core.\n\n| Exercise | Jobs | Submissions | A second of processor time | A second |\n|---|---:|---:|---:|---:|\n");
        foreach (var row in rows.Batches)
            text.Append($"| {row.Exercise} | {row.Jobs} | {row.Submissions} | {Number(row.PerCpuSecond)} | {Number(row.PerSecond)} |\n");
        AppendPeers(text, rows);
        AppendFlakes(text, rows);
        return text.ToString();
    }

    private static void AppendPeers(StringBuilder text, GradingRows rows)
    {
        text.Append("\nThe same sources and the same checks as an xunit project, built and run by the SDK: packages restored before, no server left running, no sandbox, no analysis,\n");
        text.Append("and the concurrent stage with real threads instead of exploration.\n");
        text.Append("The ratio is its processor time to that of a warm grade.\n\n| Exercise | dotnet build | dotnet test | Both | Grade | Ratio |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (var peer in rows.Peers.GroupBy(row => row.Exercise))
        {
            if (rows.Costs.FirstOrDefault(row => row.Exercise == peer.Key && row.Moment == "warm") is not { } grade)
                continue;
            var both = peer.Sum(row => row.Cpu);
            text.Append($"| {peer.Key} | {string.Join(" | ", peer.Select(row => Whole(row.Cpu)))} | {Whole(both)} | {Whole(grade.Total)} | {Number(Math.Round(both / grade.Total, 1))} |\n");
        }
    }

    private static void AppendFlakes(StringBuilder text, GradingRows rows)
    {
        text.Append("\nThe flake meter: all stages of one submission again and again with one seed, while other processes keep the processors busy. The bound is the share of a check's\n");
        text.Append("runs that may end in another verdict than most, with 95 % confidence (Clopper and Pearson).\n");
        if (rows.Flakes.Count == 0)
        {
            text.Append("Not measured yet.\n");
            return;
        }

        text.Append('\n');
        text.Append("| | Submission | Repeats | Busy processes | Checks | Verdicts that changed | Bound |\n|---|---|---:|---:|---:|---|---:|\n");
        foreach (var row in rows.Flakes)
        {
            var changed = row.Changed.Count == 0 ? "none" : string.Join("; ", row.Changed.Select(one => $"`{one.Check}` {one.Verdicts}"));
            text.Append($"| {row.Kind} | {row.Submission} | {row.Repeats} | {row.Load} | {row.Checks} | {changed} | {row.Bound.ToString("P3", CultureInfo.InvariantCulture)} |\n");
        }
    }

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
