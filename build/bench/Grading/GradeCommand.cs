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
        var only = new Option<string?>("--only") { Description = "Only the exercise of this name." };
        var command = new Command("grade", "Measures what grading the sample submissions costs.") { folder, rounds, warm, jobs, only };
        command.SetAction(parsed => Run(
            [.. Sample.In(parsed.GetValue(folder)!).Where(sample => !sample.IsFlawed && sample.Exercise.Id == (parsed.GetValue(only) ?? sample.Exercise.Id))],
            parsed.GetValue(rounds), parsed.GetValue(warm), parsed.GetValue(jobs)));
        return command;
    }

    private static int Run(IReadOnlyList<Sample> samples, int rounds, int warm, int jobs)
    {
        using var launcher = Isolation.Choose("auto", new JailLimits());
        foreach (var group in samples.GroupBy(sample => sample.Exercise))
            Measure(group.Key, [.. group], launcher, rounds, warm);
        return 0;
    }

    private static void Measure(Exercise exercise, IReadOnlyList<Sample> samples, JailLauncher launcher, int rounds, int warm)
    {
        using var grader = new Grader(exercise, Rubric.Of(exercise), launcher, seed: 1);
        var costs = new List<Cost>();
        for (var round = -warm; round < rounds; round++)
        {
            foreach (var sample in samples)
            {
                var cost = Cost.Of(() => grader.Grade(sample.Path));
                if (round == -warm && sample == samples[0])
                    Console.WriteLine($"{exercise.Id,-14} first   {cost}");
                if (round >= 0)
                    costs.Add(cost);
            }
        }

        Console.WriteLine($"{exercise.Id,-14} median  {Cost.Median(costs)}");
    }
}

/// <summary>Processor time of one grade, in milliseconds.</summary>
internal sealed record Cost(double Compile, double Jails, double Host, double Wall)
{
    public double Total => Compile + Jails + Host;

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

    public static Cost Median(IReadOnlyList<Cost> costs) =>
        new(Middle(costs, c => c.Compile), Middle(costs, c => c.Jails), Middle(costs, c => c.Host), Middle(costs, c => c.Wall));

    public override string ToString() =>
        FormattableString.Invariant($"compile {Compile,6:F0}  jails {Jails,6:F0}  host {Host,6:F0}  all {Total,6:F0} ms CPU, {Wall,6:F0} ms wall");

    private static double Child(GradeRecord record, string phase) => record.Phases.Single(one => one.Name == phase).CpuMilliseconds;

    private static double Middle(IReadOnlyList<Cost> costs, Func<Cost, double> part)
    {
        var sorted = costs.Select(part).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
