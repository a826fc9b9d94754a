using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using Assay.Exercises;
using Assay.Grading;
using Assay.Grading.Jail;
using Assay.Grading.Score;

namespace Assay.Bench.Grading;

/// <summary>What a grade costs: processor time by phase of a warm grader, and submissions a second of a batch.</summary>
internal static class GradeCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--folder") { Description = "A folder with one folder an exercise.", DefaultValueFactory = _ => "samples/submissions" };
        var rounds = new Option<int>("--rounds") { Description = "How often each submission is graded and counted.", DefaultValueFactory = _ => 5 };
        var warm = new Option<int>("--warm") { Description = "Rounds before that.", DefaultValueFactory = _ => 2 };
        var jobs = new Option<int>("--jobs") { Description = "How many are graded at once in the batch.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var peers = new Option<int>("--peers") { Description = "How often dotnet build and dotnet test do the same.", DefaultValueFactory = _ => 3 };
        var only = new Option<string?>("--only") { Description = "Only the exercise of this name." };
        var json = new Option<string?>("--json") { Description = "Write the rows to this file, in place of those of the same exercises." };
        var command = new Command("grade", "Measures what grading the sample submissions costs.") { folder, rounds, warm, jobs, peers, only, json };
        command.SetAction(parsed => Run(
            [.. Sample.In(parsed.GetValue(folder)!).Where(sample => !sample.IsFlawed && sample.Exercise.Id == (parsed.GetValue(only) ?? sample.Exercise.Id))],
            new Plan(parsed.GetValue(rounds), parsed.GetValue(warm), parsed.GetValue(jobs), parsed.GetValue(peers)), parsed.GetValue(json)));
        return command;
    }

    private static int Run(IReadOnlyList<Sample> samples, Plan plan, string? json)
    {
        // As the tool is configured; here for this command alone, before the pool has a thread.
        AppContext.SetData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", 0);
        using var launcher = Isolation.Choose("auto", new JailLimits());
        foreach (var group in samples.GroupBy(sample => sample.Exercise))
        {
            var rows = new GradingRows { Costs = Measure(group.Key, [.. group], launcher, plan), Batches = [Batch(group.Key, [.. group], launcher, plan)], Peers = Peers(group.First(), plan) };
            if (json is not null)
                GradingRows.Read(json).With(rows).Write(json);
        }

        return 0;
    }

    private static IReadOnlyList<CostRow> Measure(Exercise exercise, IReadOnlyList<Sample> samples, JailLauncher launcher, Plan plan)
    {
        using var grader = new Grader(exercise, Rubric.Of(exercise), launcher, seed: 1);
        var (first, warm) = (new List<Cost>(), new List<Cost>());
        for (var round = -plan.Warm; round < plan.Rounds; round++)
        {
            foreach (var sample in samples)
            {
                var cost = Cost.Of(() => grader.Grade(sample.Path));
                if (first.Count == 0)
                    first.Add(cost);
                if (round >= 0)
                    warm.Add(cost);
            }
        }

        return [Print(Cost.Row(exercise.Id, "first", first)), Print(Cost.Row(exercise.Id, "warm", warm))];
    }

    /// <summary>A batch as `assay grade --jobs` runs it: a grader a worker, warm.</summary>
    private static BatchRow Batch(Exercise exercise, IReadOnlyList<Sample> samples, JailLauncher launcher, Plan plan)
    {
        var left = new ConcurrentQueue<Sample>(Enumerable.Repeat(samples, Math.Max(1, plan.Rounds)).SelectMany(round => round));
        var (count, children) = (left.Count, 0.0);
        using var ready = new Barrier(plan.Jobs + 1);
        var workers = Enumerable.Range(0, plan.Jobs).Select(_ => new Thread(() =>
        {
            using var grader = new Grader(exercise, Rubric.Of(exercise), launcher, seed: 1);
            for (var i = 0; i < plan.Warm; i++)
                grader.Grade(samples[i % samples.Count].Path);
            ready.SignalAndWait();
            while (left.TryDequeue(out var sample))
            {
                var cpu = grader.Grade(sample.Path).Phases.Sum(phase => phase.CpuMilliseconds);
                lock (left)
                    children += cpu;
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        ready.SignalAndWait();
        var (began, host) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        workers.ForEach(worker => worker.Join());
        var cpuSeconds = children / 1000 + (Environment.CpuUsage.TotalTime - host).TotalSeconds;
        var row = new BatchRow(exercise.Id, plan.Jobs, count, Math.Round(count / cpuSeconds, 2), Math.Round(count / Stopwatch.GetElapsedTime(began).TotalSeconds, 2));
        Console.WriteLine(FormattableString.Invariant($"{row.Exercise,-14} batch   {row.Submissions} by {row.Jobs} jobs: {row.PerCpuSecond} a second of processor time, {row.PerSecond} a second"));
        return row;
    }

    private static IReadOnlyList<PeerRow> Peers(Sample sample, Plan plan)
    {
        if (plan.Peers == 0)
            return [];
        using var peer = new DotnetTest(sample);
        var runs = Enumerable.Range(0, plan.Peers).Select(_ => peer.Measure()).ToList();
        PeerRow[] rows = [Middle([.. runs.Select(run => run.Build)]), Middle([.. runs.Select(run => run.Test)])];
        foreach (var row in rows)
            Console.WriteLine(FormattableString.Invariant($"{row.Exercise,-14} {row.Step,-12} {row.Cpu,6:F0} ms CPU, {row.Wall,6:F0} ms wall"));
        return rows;

        static PeerRow Middle(IReadOnlyList<PeerRow> rows) => rows.OrderBy(row => row.Cpu).ElementAt(rows.Count / 2) with { Samples = rows.Count };
    }

    private static CostRow Print(CostRow row)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{row.Exercise,-14} {row.Moment,-7} compile {row.Compile,6:F0}  jails {row.Jails,6:F0}  host {row.Host,6:F0}  all {row.Total,6:F0} ms CPU, {row.Wall,6:F0} ms wall"));
        return row;
    }

    private sealed record Plan(int Rounds, int Warm, int Jobs, int Peers);
}

/// <summary>Processor time of one grade, in milliseconds.</summary>
internal sealed record Cost(double Compile, double Jails, double Host, double Wall)
{
    public static Cost Of(Func<GradeRecord> grade)
    {
        var (began, host) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var record = grade();
        if (record.Outcome != GradeOutcome.Graded)
            throw new InvalidOperationException($"{record.Submission.Name} was not graded: {string.Join("; ", record.Remarks)}");
        return new Cost(
            Child(record, "compile and analyze"), Child(record, "exercise"), (Environment.CpuUsage.TotalTime - host).TotalMilliseconds,
            Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    public static CostRow Row(string exercise, string moment, IReadOnlyList<Cost> costs) => new(
        exercise, moment, Middle(costs, c => c.Compile), Middle(costs, c => c.Jails), Middle(costs, c => c.Host), Middle(costs, c => c.Wall), costs.Count);

    private static double Child(GradeRecord record, string phase) => record.Phases.Single(one => one.Name == phase).CpuMilliseconds;

    private static double Middle(IReadOnlyList<Cost> costs, Func<Cost, double> part)
    {
        var sorted = costs.Select(part).Order().ToList();
        return Math.Round(sorted[sorted.Count / 2], 1);
    }
}
