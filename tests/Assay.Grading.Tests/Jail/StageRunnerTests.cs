using Assay.Contracts;
using Assay.Exercises;
using Assay.Grading.Exercising;
using Assay.Grading.Jail;

namespace Assay.Grading.Tests.Jail;

/// <summary>Which stages share a process: statics of the submission tell how many calls it has seen.</summary>
public sealed class StageRunnerTests : IDisposable
{
    private readonly JailLauncher _launcher = Isolation.Choose("strong", new JailLimits());

    public void Dispose() => _launcher.Dispose();

    [Fact]
    public void A_stage_goes_on_in_the_process_in_which_all_passed() => Assert.Equal([1, 2, 3], CallsSeen("return ++s_calls;", [1, 2, 3]));

    [Fact]
    public void A_stage_that_begins_anew_is_first_in_a_process_that_the_others_may_share() => Assert.Equal([2, 3, 1], CallsSeen("return ++s_calls;", [2, 3, 1], anew: 3));

    [Fact]
    public void A_stage_that_begins_anew_and_fails_leaves_nothing_to_the_others() => Assert.Equal([1, 2, 1], CallsSeen("return ++s_calls;", [1, 2, 7], anew: 3));

    [Fact]
    public void A_stage_that_begins_anew_is_reported_in_its_turn()
    {
        var records = Run("return ++s_calls;", Stages([2, 3, 1], anew: 3, new Dictionary<int, int>()));
        Assert.Equal(["calls-0", "calls-1", "calls-2"], records.Select(record => record.Id));
        Assert.All(records, record => Assert.Equal(CheckOutcome.Passed, record.Outcome));
    }

    [Fact]
    public void What_ran_first_and_wants_a_check_that_failed_is_skipped()
    {
        var stages = Stages([7, 1], anew: 2, new Dictionary<int, int>());
        stages[1] = stages[1] with { Checks = [stages[1].Checks[0] with { Requires = ["calls-0"] }] };
        var records = Run("return ++s_calls;", stages);
        Assert.Equal(["WA", "SKIPPED"], records.Select(record => record.Cause?.Verdict));
        Assert.Equal(CheckOutcome.NotRun, records[1].Outcome);
    }

    [Fact]
    public void What_ended_its_process_first_and_wants_a_check_that_failed_is_skipped()
    {
        var stages = Stages([1, 1], anew: 2, new Dictionary<int, int>());
        stages[1] = stages[1] with { Checks = [.. Enumerable.Range(1, 6).Select(i => stages[1].Checks[0] with { Id = $"calls-{i}", Requires = ["calls-0"] })] };
        var records = Run("Environment.Exit(3); return 1;", stages);
        Assert.Equal(["CRASH", "SKIPPED", "SKIPPED", "SKIPPED", "SKIPPED", "SKIPPED", "SKIPPED"], records.Select(record => record.Cause?.Verdict));
    }

    [Fact]
    public void What_ended_its_process_first_goes_on_in_its_turn()
    {
        var stages = Stages([1, 1], anew: 2, new Dictionary<int, int>());
        stages[1] = stages[1] with { Checks = [.. Enumerable.Range(1, 6).Select(i => stages[1].Checks[0] with { Id = $"calls-{i}" })] };
        var records = Run("Environment.Exit(3); return 1;", stages);
        Assert.Equal(7, records.Count);
        Assert.All(records.Take(5), record => Assert.Equal((CheckOutcome.Failed, "CRASH"), (record.Outcome, record.Cause!.Verdict)));
        Assert.All(records.Skip(5), record => Assert.Equal(CheckOutcome.NotRun, record.Outcome));
    }

    [Fact]
    public void A_failed_check_ends_the_process_with_its_stage() => Assert.Equal([1, 1, 2], CallsSeen("return ++s_calls;", [7, 1, 2]));

    [Fact]
    public void Threads_left_behind_end_the_process_with_the_stage() => Assert.Equal([1, 1, 1], CallsSeen(
        "for (var i = 0; i < 40; i++) new Thread(() => Thread.Sleep(Timeout.Infinite)) { IsBackground = true }.Start(); return ++s_calls;", [1, 1, 1]));

    [Fact]
    public void Much_computing_ends_the_process_with_the_stage() => Assert.Equal([1, 1], CallsSeen(
        "var began = Environment.CpuUsage.TotalTime; while ((Environment.CpuUsage.TotalTime - began).TotalSeconds < 1.2) { } return ++s_calls;", [1, 1]));

    [Fact]
    public void What_is_drawn_belongs_to_the_submission_and_the_seed()
    {
        Assert.Equal(Drawn(1, "one"), Drawn(1, "one"));
        Assert.Equal(4, new[] { Drawn(1, "one"), Drawn(1, "other"), Drawn(2, "one"), Drawn(12, "") }.Distinct().Count());
    }

    private string Drawn(int seed, string submission)
    {
        var drawn = new List<int>();
        var checks = Enumerable.Range(0, 3).Select(i => new Check($"draws-{i}", "Something is drawn", Weight.Behaviour, trial => drawn.AddRange([trial.Seed, trial.Random.Next()])));
        new StageRunner(_launcher, new Staged([new Stage(1, "Draws", [.. checks])]), seed, submission: submission).Run(Compiled.Assembly(Source("return 0;")), TestContext.Current.CancellationToken);
        Assert.Equal(6, drawn.Distinct().Count());
        return string.Join(' ', drawn);
    }

    /// <summary>What a call answers in each stage; a stage passes when that is what is expected.</summary>
    private List<int> CallsSeen(string body, int[] expected, int anew = 0)
    {
        var seen = new SortedDictionary<int, int>();
        Run(body, Stages(expected, anew, seen));
        return [.. seen.Values];
    }

    private static string Source(string body) => $$"""
            public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
            {
                private static int s_calls;
                public RateDecision TryAcquire(string key, int permits) => new(true, capacity, clock is null ? TimeSpan.Zero : interval);
                public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);
                public int Available(string key) => 1;
                public void RemoveIdle() { }
                public int CountKeys() { {{body}} }
            }
            """;

    private static List<Stage> Stages(int[] expected, int anew, IDictionary<int, int> seen) => expected.Select((answer, i) => new Stage(i + 1, "Calls", [new Check($"calls-{i}", "A call is counted", Weight.Behaviour, trial =>
    {
        seen[i] = trial.Create<IRateLimiter>(50, TimeSpan.FromSeconds(1)).CountKeys();
        trial.Equal(answer, seen[i], "calls");
    })]) { BeginsAnew = i + 1 == anew }).ToList();

    private IReadOnlyList<CheckRecord> Run(string body, IReadOnlyList<Stage> stages) => new StageRunner(_launcher, new Staged(stages), seed: 1).Run(Compiled.Assembly(Source(body)), TestContext.Current.CancellationToken).Checks;

    private sealed class Staged(IReadOnlyList<Stage> stages) : Exercises.Exercise
    {
        public override string Id => "staged";

        public override string Title => "Stages";

        public override string Brief => "";

        public override Type Contract => typeof(IRateLimiter);

        public override IReadOnlyList<Type> ConstructorParameters => [typeof(int), typeof(TimeSpan), typeof(TimeProvider)];

        public override IReadOnlyList<Stage> Stages => stages;

        public override IReadOnlyList<Weight> Weights => [new(Weight.Behaviour, 100)];

        public override IReadOnlyList<SourceText> Reference => [];

        public override IReadOnlyList<SourceText> Starter => [];

        public override IReadOnlyList<PlantedDefect> Defects => [];
    }
}
