using System.CommandLine;
using System.Diagnostics;
using Assay.Exercises;
using Assay.Grading;
using Assay.Grading.Compile;
using Assay.Grading.Exercising;
using Assay.Grading.Intake;
using Assay.Grading.Jail;

namespace Assay.Bench.Grading;

/// <summary>The flake meter: runs the stages of the same submissions again and again on a busy machine and says which verdict ever changed, and how often one may.</summary>
internal static class FlakeCommand
{
    // Repeats between two lines of progress.
    private const int Told = 20;

    public static Command Create()
    {
        var folder = new Option<string>("--folder") { Description = "A folder with one folder an exercise.", DefaultValueFactory = _ => "samples/submissions" };
        var repeats = new Option<int>("--repeats") { Description = "How often each submission is run.", DefaultValueFactory = _ => 100 };
        var load = new Option<int>("--load") { Description = "How many other processes are busy meanwhile.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var only = new Option<string>("--only") { Description = "Only submissions whose exercise/name contains one of these, separated by commas.", DefaultValueFactory = _ => "" };
        var which = new Option<string>("--which") { Description = "good, flawed, hostile: attacks that compile, or defects: the references with a race planted.", DefaultValueFactory = _ => "good" };
        var json = new Option<string?>("--json") { Description = "Write the rows to this file, in place of those of the same kind." };
        var command = new Command("flakes", "Repeats grading under load and reports verdicts that change.") { folder, repeats, load, only, which, json };
        command.SetAction(parsed => Run(
            [.. Subjects(parsed.GetValue(which)!, parsed.GetValue(folder)!).Where(subject => parsed.GetValue(only)!.Split(',').Any(one => subject.Name.Contains(one, StringComparison.Ordinal)))],
            parsed.GetValue(which)!, parsed.GetValue(repeats), parsed.GetValue(load), parsed.GetValue(json)));
        return command;
    }

    private static int Run(IReadOnlyList<FlakeSubject> subjects, string kind, int repeats, int load, string? json)
    {
        using var launcher = Isolation.Choose("auto", new JailLimits());
        using var busy = new BusyMachine(load);
        var rows = new List<FlakeRow>();
        foreach (var subject in subjects)
        {
            if (Measure(subject, kind, launcher, repeats, load) is not { } row)
                continue;
            rows.Add(Print(row));
            // After each, so that a run that is stopped has not been in vain.
            if (json is not null)
                GradingRows.ReplaceFlakes(json, kind, [row]);
        }

        return kind != "defects" && rows.Any(row => row.Changed.Count > 0) ? 1 : 0;
    }

    // What the attacks are written against.
    private static Exercise Hostage => Exercise.All.Single(exercise => exercise.Id == "rate-limiter");

    private static IEnumerable<FlakeSubject> Subjects(string which, string folder) => which == "defects"
        ? Exercise.All.SelectMany(exercise => exercise.Defects.Where(defect => defect.Stage == exercise.Stages.Count)
            .Select(defect => new FlakeSubject(exercise, $"{exercise.Id}/{defect.Name}", new Submission(defect.Name, [.. Edited(exercise, defect)]), [exercise.Stages[^1]])))
        : which == "hostile"
        ? Directory.GetDirectories(Path.Combine(folder, "hostile")).Where(path => Directory.GetFiles(path, "*.cs").Length > 0).Order(StringComparer.Ordinal)
            .Select(path => new FlakeSubject(Hostage, $"hostile/{Path.GetFileName(path)}", SubmissionReader.Read(path, new IntakeLimits()), Hostage.Stages))
        : Sample.In(folder).Where(sample => sample.IsFlawed == (which == "flawed"))
            .Select(sample => new FlakeSubject(sample.Exercise, $"{sample.Exercise.Id}/{sample.Name}", SubmissionReader.Read(sample.Path, new IntakeLimits()), sample.Exercise.Stages));

    private static IEnumerable<FileRecord> Edited(Exercise exercise, PlantedDefect defect) => exercise.Reference.Select(file => new FileRecord(
        file.Path,
        defect.Edits.Where(edit => edit.Path == file.Path).Aggregate(file.Text, (text, edit) => text.Replace(edit.Find, edit.Replace, StringComparison.Ordinal))));

    private static FlakeRow? Measure(FlakeSubject subject, string kind, JailLauncher launcher, int repeats, int load)
    {
        using var compilerLauncher = Isolation.ForCompiler(launcher, SubmissionCompiler.Limits);
        using var compiler = new SubmissionCompiler(compilerLauncher, subject.Exercise);
        var answer = compiler.Compile(subject.Submission);
        if (answer.Assembly is not { } assembly)
        {
            Console.Error.WriteLine($"{subject.Name} does not compile: {string.Join("; ", answer.Problems)}{answer.Errors.FirstOrDefault()}");
            return null;
        }

        var woven = answer.Woven is { } made ? new WovenSubmission(made.Assembly, made.Sites, made.WhyNot) : null;
        var (runs, began) = (new List<IReadOnlyList<CheckRecord>>(), Stopwatch.GetTimestamp());
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            runs.Add(new StageRunner(launcher, subject.Asked, seed: 1, woven).Run(assembly, CancellationToken.None).Checks);
            if ((repeat + 1) % Told == 0)
                Console.Error.WriteLine(FormattableString.Invariant($"  {subject.Name}: {repeat + 1} of {repeats}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
        }

        var changed = runs.SelectMany(run => run).GroupBy(check => check.Id, (id, checks) => Changed(id, [.. checks.Select(Verdict)])).OfType<ChangedVerdict>().ToList();
        var caught = runs.Count(run => run.Any(check => check.Outcome == CheckOutcome.Failed));
        return new FlakeRow(kind, subject.Name, repeats, load, runs[0].Count, caught, changed, Math.Round(FlakeBound.Of(changed.Sum(one => one.Rare), repeats * runs[0].Count), 6));
    }

    private static string Verdict(CheckRecord check) => check.Cause is { } cause ? $"{check.Outcome} {cause.Verdict}" : $"{check.Outcome}";

    private static ChangedVerdict? Changed(string id, IReadOnlyList<string> verdicts)
    {
        var counted = verdicts.CountBy(verdict => verdict).OrderByDescending(pair => pair.Value).ToList();
        return counted.Count == 1 ? null : new ChangedVerdict(id, string.Join(", ", counted.Select(pair => $"{pair.Key} {pair.Value}")), verdicts.Count - counted[0].Value);
    }

    private static FlakeRow Print(FlakeRow row)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{row.Submission,-40} {row.Repeats} repeats of {row.Checks} checks, failed in {row.Caught}, {row.Changed.Count} changed, bound {row.Bound:P3}"));
        foreach (var changed in row.Changed)
            Console.WriteLine($"    {changed.Check}: {changed.Verdicts}");
        return row;
    }

    private sealed record FlakeSubject(Exercise Exercise, string Name, Submission Submission, IReadOnlyList<Stage> Stages)
    {
        /// <summary>The exercise with no stages but these.</summary>
        public Exercise Asked => Stages.Count == Exercise.Stages.Count ? Exercise : new OneStage(Exercise, Stages);
    }

    /// <summary>An exercise of which only some stages are run.</summary>
    private sealed class OneStage(Exercise whole, IReadOnlyList<Stage> stages) : Exercise
    {
        public override string Id => whole.Id;

        public override string Title => whole.Title;

        public override string Brief => whole.Brief;

        public override Type Contract => whole.Contract;

        public override IReadOnlyList<Type> ConstructorParameters => whole.ConstructorParameters;

        public override IReadOnlyList<Stage> Stages => stages;

        public override IReadOnlyList<Weight> Weights => whole.Weights;

        public override IReadOnlyList<SourceText> Reference => whole.Reference;

        public override IReadOnlyList<SourceText> Starter => whole.Starter;

        public override IReadOnlyList<PlantedDefect> Defects => whole.Defects;
    }
}
