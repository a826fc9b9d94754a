namespace Assay.Verify.Tests.Scheduling;

public class ReplayTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_recorded_schedule_replays_to_the_same_trace(int seed)
    {
        foreach (var program in new Action<IPrimitives>[] { Programs.LostUpdate, Programs.OpposedLocks, Programs.LostWakeup })
        {
            var found = Find(program, seed);
            foreach (var failure in new[] { found.FirstFailure!, found.Failure! })
            {
                var again = Replay(program, Schedule.Parse(failure.Schedule.ToString()));
                Assert.Equal(failure.Kind, again?.Kind);
                Assert.Equal(failure.Trace, again!.Trace);
                Assert.Equal(failure.Waits, again.Waits);
                Assert.Equal(failure.Schedule, again.Schedule);
            }
        }
    }

    [Fact]
    public void A_minimised_lost_update_has_a_single_preemption()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var trace = Find(Programs.LostUpdate, seed).Failure!.Trace;
            var counted = trace.Where(step => step.Resource == "counter").Select(step => step.Task).ToList();
            // One task reads, the other does all it has to, the first writes.
            Assert.Equal(3, counted.Take(4).Zip(counted.Skip(1).Append(-1)).Take(4).Count(pair => pair.First != pair.Second));
        }
    }

    [Fact]
    public void A_schedule_of_another_program_is_reported_as_diverged()
    {
        Assert.Equal(FailureKind.Diverged, Replay(Programs.LockedUpdate, Schedule.Parse("7"))?.Kind);
        Assert.Equal(FailureKind.Diverged, Replay(Programs.OrderedLocks, Schedule.Parse("0*999"))?.Kind);
    }

    [Fact]
    public void A_program_that_depends_on_something_else_is_reported_as_diverged()
    {
        var runs = 0;
        var result = Explore.Run(
            primitives =>
            {
                var tasks = Enumerable.Range(0, ++runs % 2 == 0 ? 1 : 3).Select(_ => primitives.Spawn(() => { })).ToList();
                tasks.ForEach(task => task.Join());
            },
            new ExploreOptions { Strategy = new DepthFirst(), MaxShrinkRuns = 0 }, TestContext.Current.CancellationToken);
        Assert.Equal(FailureKind.Diverged, result.Failure?.Kind);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("0 0 1 2 2 2", "0*2 1 2*3")]
    [InlineData("3*2 3", "3*3")]
    public void A_schedule_has_one_text_form(string text, string normal)
    {
        Assert.Equal(normal, Schedule.Parse(text).ToString());
        Assert.Equal(Schedule.Parse(text), Schedule.Parse(normal));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("-1")]
    [InlineData("1*")]
    [InlineData("1*2*3")]
    [InlineData("1*99999999")]
    public void A_bad_schedule_is_refused(string text) => Assert.Throws<FormatException>(() => Schedule.Parse(text));

    private static ExploreResult Find(Action<IPrimitives> program, int seed) => Explore.Run(
        program, new ExploreOptions { Strategy = new RandomWalk(seed), MaxRuns = 500 }, TestContext.Current.CancellationToken);

    private static ScheduleFailure? Replay(Action<IPrimitives> program, Schedule schedule) =>
        Explore.Replay(program, schedule, cancellationToken: TestContext.Current.CancellationToken);
}
