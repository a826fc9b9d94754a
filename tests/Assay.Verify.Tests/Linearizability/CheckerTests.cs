using Read = Assay.Verify.RegisterCall<int>.Read;
using Write = Assay.Verify.RegisterCall<int>.Write;

namespace Assay.Verify.Tests.Histories;

public class CheckerTests
{
    private static readonly Reply<int> Done = Reply<int>.Done;

    [Fact]
    public void A_counter_example_keeps_what_explains_it_and_nothing_else()
    {
        var builder = new HistoryBuilder<RegisterCall<int>, Reply<int>>();
        for (var value = 10; value < 40; value++)
            builder.Call(0, new Write(value), Done).Call(1, new Read(), Reply<int>.Of(value));
        builder.Call(0, new Write(1), Done).Call(0, new Write(2), Done).Call(1, new Read(), Reply<int>.Of(1)).Call(0, new Read(), Reply<int>.Of(2));
        var violation = Violation(Checked.By(new RegisterModel<int>(0), builder.Build()));
        // Without write(1) the read of 1 would be absurd for another reason, so it is part of the explanation.
        Assert.True(violation.IsMinimal);
        Assert.Equal(["write(1) → done", "write(2) → done", "read() → 1"], violation.Minimal.Operations.Select(operation => operation.ToString()));
        Assert.Equal(["write(1) → done", "write(2) → done"], violation.LongestPrefix.Select(operation => operation.ToString()));
        Assert.Equal(["read() → 1"], violation.Unplaceable.Select(operation => operation.ToString()));
    }

    [Fact]
    public void A_violation_prints_its_lanes_and_what_cannot_come_next()
    {
        var history = new HistoryBuilder<RegisterCall<int>, Reply<int>>()
            .Invoke(0, new Write(1)).Invoke(2, new Read()).Return(0, Done).Call(1, new Read(), Reply<int>.Of(0)).Return(2, Reply<int>.Of(1)).Build();
        Assert.Equal(
            """
            Not linearizable:
            T0 |- write(1) → done -|
            T1                       |- read() → 0 -|
            legal so far: write(1) → done
            cannot come next: read() → 0
            """,
            Checked.By(new RegisterModel<int>(0), history).ToString());
    }

    [Fact]
    public void A_timeline_shows_overlap_pending_calls_and_no_control_characters()
    {
        var history = new HistoryBuilder<string, int>().Invoke(10, "wa\nit").Invoke(2, "go").Return(2, 7).Build();
        Assert.Equal("T2    |- go → 7 -|\nT10 |- wa it → ? -…", history.ToString());
        Assert.Equal("", new History<string, int>([]).ToString());
    }

    [Fact]
    public void The_broken_part_is_named_and_the_sound_one_left_out()
    {
        var history = new HistoryBuilder<SetCall<string>, bool>()
            .Call(0, new SetCall<string>(SetAction.Add, "a"), true).Call(0, new SetCall<string>(SetAction.Add, "b"), true)
            .Call(1, new SetCall<string>(SetAction.Contains, "b"), false).Build();
        var violation = Violation(Checked.By(new SetModel<string>(), history));
        Assert.Equal("b", violation.PartitionKey);
        Assert.Equal(2, violation.Minimal.Operations.Count);
    }

    [Fact]
    public void A_budget_that_ends_is_undecided_and_a_larger_one_decides()
    {
        var history = Overlapping(calls: 18, isLegal: false);
        var small = Checked.By(new StackModel<int>(), history, new CheckOptions { MaxSteps = 50 });
        Assert.Equal(50, Assert.IsType<Verdict<SequenceCall<int>, Reply<int>>.Undecided>(small).Steps);
        Assert.True(Checked.By(new StackModel<int>(), Overlapping(calls: 6, isLegal: false)).IsViolation);
        Assert.True(Checked.By(new StackModel<int>(), Overlapping(calls: 18, isLegal: true)).IsLinearizable);
    }

    [Fact]
    public void Without_a_shrinking_budget_a_violation_is_not_called_minimal()
    {
        var violation = Violation(Checked.By(new CounterModel(), Sums(6, lost: true), new CheckOptions { MaxShrinkSteps = 0 }));
        Assert.False(violation.IsMinimal);
        Assert.Equal(6, violation.Minimal.Operations.Count);
    }

    [Fact]
    public void A_memory_of_configurations_keeps_overlapping_calls_from_exploding()
    {
        // Twelve writes that answer nothing of their order, then a read of none: 12! orders, but 2^12 sets with at most 12 states.
        var builder = new HistoryBuilder<RegisterCall<int>, Reply<int>>();
        for (var lane = 0; lane < 12; lane++)
            builder.Invoke(lane, new Write(lane + 1));
        for (var lane = 0; lane < 12; lane++)
            builder.Return(lane, Done);
        var history = builder.Call(0, new Read(), Reply<int>.Of(99)).Build();
        var verdict = Checked.By(new RegisterModel<int>(0), history, new CheckOptions { MaxSteps = 1_000_000, MaxShrinkSteps = 0 });
        Assert.True(verdict.IsViolation);
    }

    [Fact]
    public void A_hundred_thousand_calls_do_not_exhaust_the_stack()
    {
        var builder = new HistoryBuilder<CounterCall, long>();
        for (var sum = 1; sum <= 50_000; sum++)
            builder.Invoke(0, new CounterCall(1)).Invoke(1, CounterCall.Read).Return(0, sum).Return(1, sum);
        var history = builder.Build();
        // A configuration keeps a bit for each call, so a history this long is affordable in parts only.
        var parts = SequentialModel.Of<long, (CounterCall Call, long Part), long>(
            0, (state, input) => (state + input.Call.Amount, state + input.Call.Amount), input => input.Part);
        var split = new History<(CounterCall, long), long>(history.Operations.Select((operation, index) =>
            new Operation<(CounterCall, long), long>(operation.Lane, (operation.Input, index / 2000), (operation.Result - 1) % 1000 + 1, operation.Invoked, operation.Returned)));
        var witness = Assert.IsType<Verdict<(CounterCall, long), long>.Linearizable>(Checked.By(parts, split)).Witness;
        Assert.Equal(100_000, witness.Count);
    }

    [Fact]
    public void A_check_can_be_cancelled() => Assert.Throws<OperationCanceledException>(
        () => Linearizability.Check(new CounterModel(), Sums(4, lost: false), null, new CancellationToken(canceled: true)));

    [Fact]
    public void Impossible_histories_are_refused()
    {
        var builder = new HistoryBuilder<string, int>().Invoke(0, "a");
        Assert.Throws<InvalidOperationException>(() => builder.Invoke(0, "b"));
        Assert.Throws<InvalidOperationException>(() => builder.Return(1, 0));
        Assert.Throws<ArgumentException>(() => new History<string, int>([new(0, "a", 0, 5, 5)]));
        Assert.Throws<ArgumentException>(() => new History<string, int>([new(0, "a", 0, 5, 6), new(1, "a", 0, 6, 7)]));
    }

    [Fact]
    public async Task A_recorder_stamps_calls_in_order_and_leaves_failed_ones_pending()
    {
        var recorder = new HistoryRecorder<string, int>();
        var (first, second) = (recorder.NewLane(), recorder.NewLane());
        first.Invoke("slow");
        Assert.Throws<InvalidOperationException>(() => first.Invoke("again"));
        Assert.Throws<InvalidOperationException>(() => second.Return(1));
        Assert.Equal(2, await second.CallAsync("fast", _ => ValueTask.FromResult(2)));
        first.Return(1);
        Assert.Throws<FormatException>(() => second.Call("broken", _ => throw new FormatException()));
        Assert.Equal(
            [new(0, "slow", 1, 1, 4), new(1, "fast", 2, 2, 3), new(1, "broken", 0, 5, null)],
            recorder.ToHistory().Operations);
    }

    [Fact]
    public void A_history_recorded_under_schedule_control_convicts_the_lost_update()
    {
        Verdict<CounterCall, long>? verdict = null;
        var result = Explore.Run(
            primitives =>
            {
                var (counter, recorder) = (new Mutants.LostUpdateCounter(primitives), new HistoryRecorder<CounterCall, long>());
                var tasks = Enumerable.Range(0, 3).Select(_ => recorder.NewLane())
                    .Select(lane => primitives.Spawn(() => lane.Call(new CounterCall(1), call => counter.Add(call.Amount)))).ToList();
                tasks.ForEach(task => task.Join());
                verdict = Checked.By(new CounterModel(), recorder.ToHistory());
                Assert.True(verdict.IsLinearizable, verdict.ToString());
            },
            new ExploreOptions { Strategy = new PriorityChangePoints(seed: 3) }, TestContext.Current.CancellationToken);
        Assert.Equal(FailureKind.Exception, result.Failure?.Kind);
        Assert.Contains("cannot come next", result.Failure!.Exception!.Message, StringComparison.Ordinal);
    }

    private static Verdict<TOp, TResult>.Violation Violation<TOp, TResult>(Verdict<TOp, TResult> verdict) =>
        Assert.IsType<Verdict<TOp, TResult>.Violation>(verdict);

    // All calls overlap; each takes or puts, and the last result contradicts the rest.
    private static History<SequenceCall<int>, Reply<int>> Overlapping(int calls, bool isLegal)
    {
        var builder = new HistoryBuilder<SequenceCall<int>, Reply<int>>();
        for (var lane = 0; lane < calls; lane++)
            builder.Invoke(lane, lane % 2 == 0 ? new SequenceCall<int>.Put(lane) : new SequenceCall<int>.Take());
        for (var lane = 0; lane < calls; lane++)
            builder.Return(lane, lane % 2 == 0 ? Done : Reply<int>.Of(isLegal || lane < calls - 1 ? lane - 1 : 999));
        return builder.Build();
    }

    // Additions that all overlap; when one is lost, two answer the same sum.
    private static History<CounterCall, long> Sums(int calls, bool lost)
    {
        var model = new HistoryBuilder<CounterCall, long>();
        for (var lane = 0; lane < calls; lane++)
            model.Invoke(lane, new CounterCall(1));
        for (var lane = 0; lane < calls; lane++)
            model.Return(lane, lost && lane == calls - 1 ? lane : lane + 1);
        return model.Build();
    }
}
