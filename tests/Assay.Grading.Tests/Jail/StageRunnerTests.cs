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
    public void A_stage_that_begins_anew_meets_nothing_of_earlier_ones() => Assert.Equal([1, 2, 1], CallsSeen("return ++s_calls;", [1, 2, 1], anew: 3));

    [Fact]
    public void A_failed_check_ends_the_process_with_its_stage() => Assert.Equal([1, 1, 2], CallsSeen("return ++s_calls;", [7, 1, 2]));

    [Fact]
    public void Threads_left_behind_end_the_process_with_the_stage() => Assert.Equal([1, 1, 1], CallsSeen(
        "for (var i = 0; i < 40; i++) new Thread(() => Thread.Sleep(Timeout.Infinite)) { IsBackground = true }.Start(); return ++s_calls;", [1, 1, 1]));

    [Fact]
    public void Much_computing_ends_the_process_with_the_stage() => Assert.Equal([1, 1], CallsSeen(
        "var began = Environment.CpuUsage.TotalTime; while ((Environment.CpuUsage.TotalTime - began).TotalSeconds < 1.2) { } return ++s_calls;", [1, 1]));

    /// <summary>What a call answers in each stage; a stage passes when that is what is expected.</summary>
    private List<int> CallsSeen(string body, int[] expected, int anew = 0)
    {
        var seen = new List<int>();
        var stages = expected.Select((answer, i) => new Stage(i + 1, "Calls", [new Check($"calls-{i}", "A call is counted", Weight.Behaviour, trial =>
        {
            seen.Add(trial.Create<IRateLimiter>(50, TimeSpan.FromSeconds(1)).CountKeys());
            trial.Equal(answer, seen[^1], "calls");
        })]) { BeginsAnew = i + 1 == anew }).ToList();
        new StageRunner(_launcher, new Staged(stages), seed: 1).Run(Compiled.Assembly($$"""
            public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
            {
                private static int s_calls;
                public RateDecision TryAcquire(string key, int permits) => new(true, capacity, clock is null ? TimeSpan.Zero : interval);
                public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);
                public int Available(string key) => 1;
                public void RemoveIdle() { }
                public int CountKeys() { {{body}} }
            }
            """), TestContext.Current.CancellationToken);
        return seen;
    }

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
