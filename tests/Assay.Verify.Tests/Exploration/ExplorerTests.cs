using Assay.Verify.Exploration;

namespace Assay.Verify.Tests.Exploration;

public sealed class ExplorerTests
{
    [Fact]
    public void A_lost_update_is_found_with_every_seed()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var finding = Explore(LostUpdate, seed).Finding;
            Assert.Equal(RunEndKind.Failed, finding?.End.Kind);
            // Which lane begins is no preemption; one preemption is all it takes.
            Assert.Single(finding!.Schedule.Switches, change => change.From != 0);
        }
    }

    [Fact]
    public void An_update_under_a_lock_passes_every_schedule()
    {
        var result = Explore(program => () =>
        {
            program.Value = 0;
            var gate = new object();
            program.Together(() => program.Locked(gate, program.Add), () => program.Locked(gate, program.Add), () => program.Locked(gate, program.Add));
            Assert.Equal(3, program.Value);
        });
        Assert.Null(result.Finding);
        Assert.True(result.IsExhaustive);
        Assert.True(result.Runs > 6, $"{result.Runs} runs");
    }

    [Fact]
    public void Locks_in_opposite_order_deadlock_and_the_circle_is_named()
    {
        var finding = Explore(program => () =>
        {
            var (left, right) = (new object(), new object());
            program.Together(
                () => program.Locked(left, () => program.Locked(right, () => { })),
                () => program.Locked(right, () => program.Locked(left, () => { })));
        }).Finding;
        Assert.Equal(RunEndKind.Deadlock, finding?.End.Kind);
        Assert.Equal([(1, 2), (2, 1)], finding!.End.Waits.Select(wait => (wait.Lane, wait.For ?? 0)).OrderBy(wait => wait));
    }

    [Fact]
    public void A_spin_on_another_lane_ends_and_one_on_nothing_is_endless()
    {
        var patient = Explore(program => () =>
        {
            program.Value = 0;
            program.Together(() => program.SpinUntil(() => program.Value == 1), program.Add);
        });
        Assert.Null(patient.Finding);

        var endless = Explore(program => () => program.Together(() => program.SpinUntil(() => false), () => { })).Finding;
        Assert.Equal(RunEndKind.Endless, endless?.End.Kind);
        Assert.Equal(4, endless!.End.At?.Line);
    }

    [Fact]
    public void A_stored_schedule_replays_to_the_same_text()
    {
        var program = new HandPlaced();
        using var arena = new Arena(program.Sites);
        var explorer = new Explorer(arena, new ExplorationOptions());
        var finding = explorer.Explore(LostUpdate(program), null, TestContext.Current.CancellationToken).Finding!;
        var again = explorer.Replay(LostUpdate(program), SwitchList.Parse(finding.Schedule.ToString()));
        Assert.True(again.IsComplete);
        Assert.Equal(finding.ToString(), again.Finding.ToString());
        Assert.Contains("read value of HandPlaced#1 = 0", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lane_that_throws_is_a_failure_and_the_others_unwind()
    {
        var finding = Explore(program => () => program.Together(
            () => throw new InvalidOperationException("broken"),
            () => program.SpinUntil(() => false))).Finding;
        Assert.Equal("InvalidOperationException: broken", finding?.End.Reason);
    }

    [Theory]
    [InlineData("1@5>2 2@3>1")]
    [InlineData("-")]
    public void A_schedule_survives_its_text(string text) => Assert.Equal(text, SwitchList.Parse(text).ToString());

    [Theory]
    [InlineData("1@5")]
    [InlineData("a@5>1")]
    [InlineData("1>2@3")]
    public void A_text_that_is_no_schedule_is_refused(string text) => Assert.Throws<FormatException>(() => SwitchList.Parse(text));

    private static Action LostUpdate(HandPlaced program) => () =>
    {
        program.Value = 0;
        program.Together(program.Add, program.Add);
        if (program.Value != 2)
            throw new InvalidOperationException("an update was lost");
    };

    private static ExplorationResult Explore(Func<HandPlaced, Action> create, int seed = 1)
    {
        var program = new HandPlaced();
        using var arena = new Arena(program.Sites);
        return new Explorer(arena, new ExplorationOptions { Seed = seed }).Explore(create(program), null, TestContext.Current.CancellationToken);
    }
}
