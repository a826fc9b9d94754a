using Microsoft.CodeAnalysis;
using System.Reflection;
using Assay.Contracts;

namespace Assay.Exercises.Tests;

/// <summary>What every exercise is held to. A class each, so that they run beside each other.</summary>
/// <typeparam name="TContract">The exercise's contract.</typeparam>
public abstract class ExerciseTests<TContract>
{
    private const int Times = 20;

    // Most of what a stuck call costs is waiting; more at once would make right ones wait as well.
    private const int SeedsTogether = 5;

    // A wrong solution that is stuck where it is wrong is given up soon; where it is right it may take as long as a busy machine makes it.
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(12);

    private static readonly string[] Styles = ["actor", "immutable", "lock-free", "locks", "single-writer"];

    private static readonly Exercise Asked = Exercise.All.Single(exercise => exercise.Contract == typeof(TContract));

    public static TheoryData<string> Defects => [.. Asked.Defects.Select(defect => defect.Name)];

    public static TheoryData<string> Solutions => [.. Styles];

    [Fact]
    public void An_exercise_is_complete()
    {
        Assert.Equal(100, Asked.Weights.Sum(weight => weight.Points));
        Assert.Equal([1, 2, 3, 4], Asked.Stages.Select(stage => stage.Number));
        var checks = Checks.ToList();
        Assert.Equal(checks.Count, checks.Select(check => check.Id).Distinct().Count());
        Assert.Equal(Asked.Weights.Select(weight => weight.Criterion).Order(), checks.Select(check => check.Category).Distinct().Order());
        Assert.All(checks, check => Assert.All(check.Requires, required => Assert.Contains(checks, other => other.Id == required)));
        Assert.Empty(checks.Where(check => check.Help is "").Select(check => check.Id));
        Assert.True(Asked.Defects.Count >= 12);
        Assert.Equal(Asked.Defects.Count, Asked.Defects.Select(defect => defect.Name).Distinct().Count());
        Assert.NotNull(Asked.Contract.GetCustomAttribute<ContractAttribute>());
        Assert.Equal(typeof(TimeProvider), Asked.ConstructorParameters[^1]);
    }

    [Fact]
    public void The_reference_passes_every_check_every_time()
    {
        foreach (var seed in Enumerable.Range(0, Times))
            Assert.Empty(Failures(Compiled.Reference(Asked), seed, Asked.Stages));
    }

    [Fact]
    public async Task The_reference_has_no_finding() => Assert.Empty(await Compiled.FindingsAsync(Asked.Reference));

    [Fact]
    public void The_starter_compiles_and_fails_only_stage_one()
    {
        var failed = Graded(Compiled.Submission(Asked.Starter)).Where(result => result.Failure is not null).ToList();
        Assert.NotEmpty(failed);
        // Later stages are skipped, because what they require has failed.
        Assert.All(failed, result => Assert.Contains(result.Check, Asked.Stages[0].Checks));
    }

    [Fact]
    public void Empty_and_stub_solutions_reach_almost_nothing()
    {
        Assert.Equal(0, ReachedPercent(Compiled.Submission(Asked.Starter)));
        Assert.InRange(ReachedPercent(Compiled.Submission(Stub.Of(Asked))), 0, 3);
    }

    [Theory, MemberData(nameof(Defects))]
    public async Task A_defect_passes_the_stages_before_its_own_and_fails_its_own_every_time(string name)
    {
        var defect = DefectOf(name);
        var submission = Compiled.Defect(Asked, defect);
        foreach (var seed in Enumerable.Range(0, Times))
            Assert.Empty(Failures(submission, seed, Asked.Stages.Where(stage => stage.Number < defect.Stage)));
        foreach (var seeds in Enumerable.Range(0, Times).Chunk(SeedsTogether))
        {
            foreach (var (seed, isCaught) in await Together(seeds, seed => (seed, Failures(submission, seed, [Asked.Stages[defect.Stage - 1]], PatienceWith(defect)).Any())))
                Assert.True(isCaught, $"{name} passes stage {defect.Stage} with seed {seed}");
        }
    }

    [Fact]
    public async Task Weaving_changes_nothing_in_the_stages_without_threads()
    {
        var solutions = Styles.Select(style => Compiled.Submission(Compiled.Sample(Asked.Id, style))).Append(Compiled.Reference(Asked));
        // Later defects leave calls stuck, which tells the same of both and takes long.
        var defects = Asked.Defects.Where(defect => defect.Stage < 3).Select(defect => Compiled.Defect(Asked, defect));
        foreach (var (plain, woven) in await Together(solutions.Concat(defects), submission => (FailedChecks(submission.Assembly), FailedChecks(submission.Woven.Assembly))))
            Assert.Equal(plain, woven);
    }

    private static IEnumerable<string> FailedChecks(Assembly assembly) =>
        [.. Asked.Stages.Where(stage => stage.Number < 4).SelectMany(stage => stage.Checks).Where(check => LocalCheck.Run(check, assembly, 1) is not null).Select(check => check.Id)];

    [Fact]
    public void Code_that_cannot_be_explored_is_run_with_real_threads()
    {
        foreach (var check in Asked.Stages[3].Checks)
        {
            using var subject = new LocalSubject(Compiled.Reference(Asked).Assembly);
            var trial = new Trial(subject, 1);
            check.Run(trial);
            Assert.StartsWith("not explored, but run with real threads: ", Assert.Single(trial.Notes), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Defects))]
    public void A_race_is_found_by_exploration_with_its_schedule(string name)
    {
        var defect = DefectOf(name);
        if (defect.Stage < 4)
            return;
        var submission = Compiled.Defect(Asked, defect);
        var first = Caught();
        Assert.NotNull(first.Race);
        Assert.NotEmpty(first.Race.Steps);
        // By the same seed the same schedule, to the same end.
        Assert.Equal(first.Race.Outcome, Caught().Race?.Outcome);
        Assert.Equal(first.Timeline, Caught().Timeline);

        CheckFailedException Caught() => Asked.Stages[3].Checks
            .Select(check => LocalCheck.Run(check, submission.Assembly, 1, null, submission.Woven)).OfType<CheckFailedException>().First();
    }

    [Theory, MemberData(nameof(Defects))]
    public async Task A_defect_is_reported_by_the_rule_it_names(string name)
    {
        var defect = DefectOf(name);
        var files = Compiled.Edited(Asked, defect);
        Assert.All(await Compiled.FindingsAsync(files), finding => Assert.Equal(defect.Rule, finding.Split(' ')[0]));
        // Where the code alone does not tell what the race costs, the rule suggests; the stage shows the harm.
        if (defect.Rule is { } rule)
            Assert.Contains(await NewFindingsAsync(files), finding => finding.StartsWith(rule + " ", StringComparison.Ordinal));
    }

    /// <summary>What is found, suggestions too, that is not found in the reference.</summary>
    private static async Task<IEnumerable<string>> NewFindingsAsync(IReadOnlyList<SourceText> files) =>
        (await Compiled.FindingsAsync(files, DiagnosticSeverity.Info)).Except(await Compiled.FindingsAsync(Asked.Reference, DiagnosticSeverity.Info));

    [Fact]
    public void Each_stage_is_the_only_catcher_of_some_defect()
    {
        foreach (var stage in Asked.Stages)
        {
            var others = Asked.Stages.Where(other => other != stage).ToList();
            var own = Asked.Defects.Where(defect => defect.Stage == stage.Number).ToList();
            // What fails quickly may only have been slow: on a busy machine only time enough tells.
            Assert.True(
                own.Exists(defect => !IsCaughtBy(defect, others, ShortPatience)) || own.Exists(defect => !IsCaughtBy(defect, others, null)),
                $"every defect of stage {stage.Number} is caught by another stage, too");
        }
    }

    private static bool IsCaughtBy(PlantedDefect defect, IReadOnlyList<Stage> stages, TimeSpan? patience) =>
        stages.Any(stage => Failures(Compiled.Defect(Asked, defect), 1, [stage], stage.Number < defect.Stage || defect.Stage == 4 ? null : patience).Any());

    // A race is found by exploration, which waits for nobody: time must not decide it. Without one, what is stuck is what is wrong.
    private static TimeSpan? PatienceWith(PlantedDefect defect) => defect.Stage == 4 ? null : ShortPatience;

    [Theory, MemberData(nameof(Solutions))]
    public void Every_correct_solution_has_full_marks(string style)
    {
        var submission = Compiled.Submission(Compiled.Sample(Asked.Id, style));
        foreach (var seed in Enumerable.Range(100, 5))
            Assert.Empty(Failures(submission, seed, Asked.Stages));
    }

    [Fact]
    public async Task Flawed_samples_lose_marks()
    {
        var flawed = Directory.EnumerateDirectories(Compiled.SamplesOf(Asked.Id)).Select(folder => Path.GetFileName(folder)!).Where(name => name.StartsWith("flawed-", StringComparison.Ordinal)).ToList();
        Assert.True(flawed.Count >= 2);
        Assert.All(await Together(flawed, name => ReachedPercent(Compiled.Submission(Compiled.Sample(Asked.Id, name)))), reached => Assert.InRange(reached, 1, 98));
    }

    [Fact]
    public void The_page_is_up_to_date()
    {
        var path = Path.Combine(TestKit.TestReferences.RepositoryRoot, "docs", "exercises", $"{Asked.Id}.md");
        var text = ExercisePage.Render(Asked, (defect, stage) => Failures(Compiled.Defect(Asked, defect), 1, [stage], LongPatience).Any());
        // ASSAY_WRITE_PAGES=1 writes what the test compares otherwise.
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, File.ReadAllText(path));
    }

    // Threads of their own: calls that are stuck must not take the pool from those that are not.
    private static Task<TResult[]> Together<T, TResult>(IEnumerable<T> items, Func<T, TResult> work) =>
        Task.WhenAll(items.Select(item => Task.Factory.StartNew(() => work(item), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private static PlantedDefect DefectOf(string name) => Asked.Defects.Single(defect => defect.Name == name);

    private static IEnumerable<Check> Checks => Asked.Stages.SelectMany(stage => stage.Checks);

    // Lazily, one line for each check that does not hold.
    private static IEnumerable<string> Failures(Submission submission, int seed, IEnumerable<Stage> stages, TimeSpan? patience = null)
    {
        foreach (var check in stages.SelectMany(stage => stage.Checks))
        {
            if (LocalCheck.Run(check, submission.Assembly, seed, patience, submission.Woven) is { } failure)
                yield return $"{Asked.Id} {check.Id} (seed {seed}): {failure.GetType().Name}: {failure.Message}\n{(failure as CheckFailedException)?.Timeline}";
        }
    }

    // As grading does: a check whose requirement failed is skipped.
    private static IEnumerable<(Check Check, Exception? Failure, bool IsSkipped)> Graded(Submission submission)
    {
        var failed = new HashSet<string>();
        foreach (var check in Checks)
        {
            var isSkipped = check.Requires.Any(failed.Contains);
            var failure = isSkipped ? null : LocalCheck.Run(check, submission.Assembly, 7, LongPatience, submission.Woven);
            if (isSkipped || failure is not null)
                failed.Add(check.Id);
            yield return (check, failure, isSkipped);
        }
    }

    private static double ReachedPercent(Submission submission)
    {
        var results = Graded(submission).ToList();
        return Asked.Weights.Sum(weight =>
        {
            var of = results.Where(result => result.Check.Category == weight.Criterion).ToList();
            return (double)weight.Points * of.Where(result => !result.IsSkipped && result.Failure is null).Sum(result => result.Check.Points) / of.Sum(result => result.Check.Points);
        });
    }
}
