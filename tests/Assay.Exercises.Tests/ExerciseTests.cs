using Microsoft.CodeAnalysis;
using System.Reflection;
using Assay.Contracts;

namespace Assay.Exercises.Tests;

/// <summary>What every exercise is held to.</summary>
public sealed class ExerciseTests
{
    private const int Times = 20;

    // A wrong solution that is stuck where it is wrong is given up soon; where it is right it may take as long as a busy machine makes it.
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(3);

    private static readonly string[] Styles = ["actor", "immutable", "lock-free", "locks", "single-writer"];

    public static TheoryData<string> Exercises => [.. Exercise.All.Select(exercise => exercise.Id)];

    public static TheoryData<string, string> Defects =>
        [.. Exercise.All.SelectMany(exercise => exercise.Defects.Select(defect => (exercise.Id, defect.Name)))];

    public static TheoryData<string, string> Solutions => [.. Exercise.All.SelectMany(exercise => Styles.Select(style => (exercise.Id, style)))];

    [Theory, MemberData(nameof(Exercises))]
    public void An_exercise_is_complete(string id)
    {
        var exercise = Of(id);
        Assert.Equal(100, exercise.Weights.Sum(weight => weight.Points));
        Assert.Equal([1, 2, 3, 4], exercise.Stages.Select(stage => stage.Number));
        var checks = Checks(exercise).ToList();
        Assert.Equal(checks.Count, checks.Select(check => check.Id).Distinct().Count());
        Assert.Equal(exercise.Weights.Select(weight => weight.Criterion).Order(), checks.Select(check => check.Category).Distinct().Order());
        Assert.All(checks, check => Assert.All(check.Requires, required => Assert.Contains(checks, other => other.Id == required)));
        Assert.Empty(checks.Where(check => check.Help is "").Select(check => check.Id));
        Assert.True(exercise.Defects.Count >= 12);
        Assert.Equal(exercise.Defects.Count, exercise.Defects.Select(defect => defect.Name).Distinct().Count());
        Assert.NotNull(exercise.Contract.GetCustomAttribute<ContractAttribute>());
        Assert.Equal(typeof(TimeProvider), exercise.ConstructorParameters[^1]);
    }

    [Theory, MemberData(nameof(Exercises))]
    public void The_reference_passes_every_check_every_time(string id)
    {
        foreach (var seed in Enumerable.Range(0, Times))
            Assert.Empty(Failures(Of(id), Compiled.Reference(Of(id)), seed, Of(id).Stages));
    }

    [Theory, MemberData(nameof(Exercises))]
    public async Task The_reference_has_no_finding(string id) => Assert.Empty(await Compiled.FindingsAsync(Of(id).Reference));

    [Theory, MemberData(nameof(Exercises))]
    public void The_starter_compiles_and_fails_only_stage_one(string id)
    {
        var exercise = Of(id);
        var failed = Graded(exercise, Compiled.Submission(exercise.Starter)).Where(result => result.Failure is not null).ToList();
        Assert.NotEmpty(failed);
        // Later stages are skipped, because what they require has failed.
        Assert.All(failed, result => Assert.Contains(result.Check, exercise.Stages[0].Checks));
    }

    [Theory, MemberData(nameof(Exercises))]
    public void Empty_and_stub_solutions_reach_almost_nothing(string id)
    {
        var exercise = Of(id);
        Assert.Equal(0, ReachedPercent(exercise, Compiled.Submission(exercise.Starter)));
        Assert.InRange(ReachedPercent(exercise, Compiled.Submission(Stub.Of(exercise))), 0, 3);
    }

    [Theory, MemberData(nameof(Defects))]
    public void A_defect_passes_the_stages_before_its_own_and_fails_its_own_every_time(string id, string name)
    {
        var (exercise, defect) = Of(id, name);
        var submission = Compiled.Defect(exercise, defect);
        foreach (var seed in Enumerable.Range(0, Times))
        {
            Assert.Empty(Failures(exercise, submission, seed, exercise.Stages.Where(stage => stage.Number < defect.Stage)));
            Assert.True(Failures(exercise, submission, seed, [exercise.Stages[defect.Stage - 1]], PatienceWith(defect)).Any(), $"{name} passes stage {defect.Stage} with seed {seed}");
        }
    }

    [Fact]
    public void What_a_submission_throws_on_a_thread_of_a_check_fails_the_check_alone()
    {
        const string Source = """
            using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks;
            public sealed class Touchy(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock) : Assay.Contracts.ICache
            {
                private readonly List<KeyValuePair<string, string>> _byUse = [];
                private bool _telling;
                public string? Get(string key)
                {
                    if (_telling)
                        throw new InvalidOperationException("not now");
                    var at = _byUse.FindIndex(entry => entry.Key == key);
                    if (at < 0)
                        return null;
                    var found = _byUse[at];
                    _byUse.RemoveAt(at);
                    _byUse.Add(found);
                    return found.Value;
                }
                public void Set(string key, string value)
                {
                    if (!Remove(key) && _byUse.Count == capacity)
                    {
                        var oldest = _byUse[0];
                        _byUse.RemoveAt(0);
                        _telling = true;
                        try { evicted?.Invoke(oldest.Key, oldest.Value); } catch { }
                        _telling = false;
                    }
                    _byUse.Add(new(key, value));
                }
                public bool Remove(string key) => _byUse.RemoveAll(entry => entry.Key == key) > 0;
                public int Count() => _byUse.Count;
                public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
                {
                    if (Get(key) is { } known)
                        return known;
                    var loaded = await loader(key, cancellationToken);
                    Set(key, loaded);
                    return loaded;
                }
                public Assay.Contracts.CacheCounts Counts() => default;
            }
            """;
        var check = Of("cache").Stages[2].Checks.Single(check => check.Id == "who-is-told-may-use-the-cache");
        var failure = LocalCheck.Run(check, Compiled.Submission([new SourceText("Touchy.cs", Source)]).Assembly, 1, LongPatience);
        Assert.Contains("not now", Assert.IsType<SubjectThrewException>(failure).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Exercises))]
    public void Weaving_changes_nothing_in_the_stages_without_threads(string id)
    {
        var exercise = Of(id);
        var solutions = Styles.Select(style => Compiled.Submission(Compiled.Sample(id, style))).Append(Compiled.Reference(exercise));
        // Later defects leave calls stuck, which tells the same of both and takes long.
        foreach (var submission in solutions.Concat(exercise.Defects.Where(defect => defect.Stage < 3).Select(defect => Compiled.Defect(exercise, defect))))
            Assert.Equal(FailedChecks(exercise, submission.Assembly), FailedChecks(exercise, submission.Woven.Assembly));
    }

    private static IEnumerable<string> FailedChecks(Exercise exercise, Assembly assembly) =>
        [.. exercise.Stages.Where(stage => stage.Number < 4).SelectMany(stage => stage.Checks).Where(check => LocalCheck.Run(check, assembly, 1, LongPatience) is not null).Select(check => check.Id)];

    [Theory, MemberData(nameof(Exercises))]
    public void Code_that_cannot_be_explored_is_run_with_real_threads(string id)
    {
        var exercise = Of(id);
        foreach (var check in exercise.Stages[3].Checks)
        {
            using var subject = new LocalSubject(Compiled.Reference(exercise).Assembly);
            var trial = new Trial(subject, 1);
            check.Run(trial);
            Assert.StartsWith("not explored, but run with real threads: ", Assert.Single(trial.Notes), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Defects))]
    public void A_race_is_found_by_exploration_with_its_schedule(string id, string name)
    {
        var (exercise, defect) = Of(id, name);
        if (defect.Stage < 4)
            return;
        var submission = Compiled.Defect(exercise, defect);
        var first = Caught();
        Assert.NotNull(first.Race);
        Assert.NotEmpty(first.Race.Steps);
        // By the same seed the same schedule, to the same end.
        Assert.Equal(first.Race.Outcome, Caught().Race?.Outcome);
        Assert.Equal(first.Timeline, Caught().Timeline);

        CheckFailedException Caught() => exercise.Stages[3].Checks
            .Select(check => LocalCheck.Run(check, submission.Assembly, 1, null, submission.Woven)).OfType<CheckFailedException>().First();
    }

    [Theory, MemberData(nameof(Defects))]
    public async Task A_defect_is_reported_by_the_rule_it_names(string id, string name)
    {
        var (exercise, defect) = Of(id, name);
        var files = Compiled.Edited(exercise, defect);
        Assert.All(await Compiled.FindingsAsync(files), finding => Assert.Equal(defect.Rule, finding.Split(' ')[0]));
        // Where the code alone does not tell what the race costs, the rule suggests; the stage shows the harm.
        if (defect.Rule is { } rule)
            Assert.Contains(await NewFindingsAsync(exercise, files), finding => finding.StartsWith(rule + " ", StringComparison.Ordinal));
    }

    /// <summary>What is found, suggestions too, that is not found in the reference.</summary>
    private static async Task<IEnumerable<string>> NewFindingsAsync(Exercise exercise, IReadOnlyList<SourceText> files) =>
        (await Compiled.FindingsAsync(files, DiagnosticSeverity.Info)).Except(await Compiled.FindingsAsync(exercise.Reference, DiagnosticSeverity.Info));

    [Theory, MemberData(nameof(Exercises))]
    public void Each_stage_is_the_only_catcher_of_some_defect(string id)
    {
        var exercise = Of(id);
        foreach (var stage in exercise.Stages)
        {
            var others = exercise.Stages.Where(other => other != stage).ToList();
            var own = exercise.Defects.Where(defect => defect.Stage == stage.Number).ToList();
            // What fails quickly may only have been slow: on a busy machine only time enough tells.
            Assert.True(
                own.Exists(defect => !IsCaughtBy(exercise, defect, others, ShortPatience)) || own.Exists(defect => !IsCaughtBy(exercise, defect, others, null)),
                $"every defect of stage {stage.Number} is caught by another stage, too");
        }
    }

    private static bool IsCaughtBy(Exercise exercise, PlantedDefect defect, IReadOnlyList<Stage> stages, TimeSpan? patience) =>
        stages.Any(stage => Failures(exercise, Compiled.Defect(exercise, defect), 1, [stage], stage.Number < defect.Stage || defect.Stage == 4 ? null : patience).Any());

    // A race is found by exploration, which waits for nobody: time must not decide it. Without one, what is stuck is what is wrong.
    private static TimeSpan? PatienceWith(PlantedDefect defect) => defect.Stage == 4 ? null : ShortPatience;

    [Theory, MemberData(nameof(Solutions))]
    public void Every_correct_solution_has_full_marks(string id, string style)
    {
        var submission = Compiled.Submission(Compiled.Sample(id, style));
        foreach (var seed in Enumerable.Range(100, 5))
            Assert.Empty(Failures(Of(id), submission, seed, Of(id).Stages));
    }

    [Theory, MemberData(nameof(Exercises))]
    public void Flawed_samples_lose_marks(string id)
    {
        var flawed = Directory.EnumerateDirectories(Compiled.SamplesOf(id)).Select(folder => Path.GetFileName(folder)!).Where(name => name.StartsWith("flawed-", StringComparison.Ordinal)).ToList();
        Assert.True(flawed.Count >= 2);
        foreach (var name in flawed)
        {
            var reached = ReachedPercent(Of(id), Compiled.Submission(Compiled.Sample(id, name)));
            Assert.InRange(reached, 1, 98);
        }
    }

    [Theory, MemberData(nameof(Exercises))]
    public void The_page_is_up_to_date(string id)
    {
        var path = Path.Combine(TestKit.TestReferences.RepositoryRoot, "docs", "exercises", $"{id}.md");
        var text = ExercisePage.Render(Of(id), (defect, stage) => Failures(Of(id), Compiled.Defect(Of(id), defect), 1, [stage], LongPatience).Any());
        // ASSAY_WRITE_PAGES=1 writes what the test compares otherwise.
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, File.ReadAllText(path));
    }

    private static Exercise Of(string id) => Exercise.All.Single(exercise => exercise.Id == id);

    private static (Exercise Exercise, PlantedDefect Defect) Of(string id, string name) => (Of(id), Of(id).Defects.Single(defect => defect.Name == name));

    private static IEnumerable<Check> Checks(Exercise exercise) => exercise.Stages.SelectMany(stage => stage.Checks);

    // Lazily, one line for each check that does not hold.
    private static IEnumerable<string> Failures(Exercise exercise, Submission submission, int seed, IEnumerable<Stage> stages, TimeSpan? patience = null)
    {
        foreach (var check in stages.SelectMany(stage => stage.Checks))
        {
            if (LocalCheck.Run(check, submission.Assembly, seed, patience, submission.Woven) is { } failure)
                yield return $"{exercise.Id} {check.Id} (seed {seed}): {failure.GetType().Name}: {failure.Message}\n{(failure as CheckFailedException)?.Timeline}";
        }
    }

    // As grading does: a check whose requirement failed is skipped.
    private static IEnumerable<(Check Check, Exception? Failure, bool IsSkipped)> Graded(Exercise exercise, Submission submission)
    {
        var failed = new HashSet<string>();
        foreach (var check in Checks(exercise))
        {
            var isSkipped = check.Requires.Any(failed.Contains);
            var failure = isSkipped ? null : LocalCheck.Run(check, submission.Assembly, 7, LongPatience, submission.Woven);
            if (isSkipped || failure is not null)
                failed.Add(check.Id);
            yield return (check, failure, isSkipped);
        }
    }

    private static double ReachedPercent(Exercise exercise, Submission submission)
    {
        var results = Graded(exercise, submission).ToList();
        return exercise.Weights.Sum(weight =>
        {
            var of = results.Where(result => result.Check.Category == weight.Criterion).ToList();
            return (double)weight.Points * of.Where(result => !result.IsSkipped && result.Failure is null).Sum(result => result.Check.Points) / of.Sum(result => result.Check.Points);
        });
    }
}
