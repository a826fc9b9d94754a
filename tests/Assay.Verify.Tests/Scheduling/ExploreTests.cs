namespace Assay.Verify.Tests.Scheduling;

public class ExploreTests
{
    public static TheoryData<string> Strategies => ["random", "pct", "two preemptions", "exhaustive"];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_lost_update_is_found_and_its_mended_form_is_clean(string strategy)
    {
        var failure = Run(Programs.LostUpdate, strategy).Failure;
        Assert.Equal(FailureKind.Exception, failure?.Kind);
        Assert.Equal("two additions made 1", failure!.Exception?.Message);
        Assert.Null(Run(Programs.LockedUpdate, strategy).Failure);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_deadlock_of_two_locks_is_found_with_its_circle_and_lock_order_is_clean(string strategy)
    {
        var failure = Run(Programs.OpposedLocks, strategy).Failure;
        Assert.Equal(FailureKind.Deadlock, failure?.Kind);
        Assert.True(failure!.IsCycle);
        Assert.Equal(
            [new TaskWait(1, new TraceStep(1, StepKind.Acquire, "b"), 2), new TaskWait(2, new TraceStep(2, StepKind.Acquire, "a"), 1)],
            failure.Waits.OrderBy(wait => wait.Task));
        Assert.Null(Run(Programs.OrderedLocks, strategy).Failure);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_lost_wakeup_is_found_without_a_circle_for_the_waiter(string strategy)
    {
        var failure = Run(Programs.LostWakeup, strategy).Failure;
        Assert.Equal(FailureKind.Deadlock, failure?.Kind);
        Assert.False(failure!.IsCycle);
        Assert.Contains(new TaskWait(1, new TraceStep(1, StepKind.Wait, "gate"), null), failure.Waits);
        Assert.Null(Run(Programs.KeptWakeup, strategy).Failure);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_spin_loop_that_yields_is_no_livelock(string strategy) =>
        Assert.Null(Run(primitives => Programs.Spin(primitives, yields: true), strategy).Failure);

    [Fact]
    public void A_spin_loop_without_end_is_a_livelock()
    {
        var result = Run(primitives => { while (true) primitives.Interleave(); }, "random", maxSteps: 500);
        Assert.Equal(FailureKind.Livelock, result.Failure?.Kind);
        Assert.Equal(500, result.Failure!.Trace.Count);
    }

    [Fact]
    public void Exhaustive_search_meets_every_interleaving_exactly_once()
    {
        // Two tasks of three points each, counted while the program waits to join: 6 steps and two starts, C(8, 4) orders.
        var seen = new HashSet<string>();
        var runs = 0;
        var result = Run(
            primitives =>
            {
                var log = new List<int>();
                var first = primitives.Spawn(() => Points(primitives, log, 1));
                var second = primitives.Spawn(() => Points(primitives, log, 2));
                first.Join();
                second.Join();
                seen.Add(string.Concat(log));
                runs++;
            },
            "exhaustive");
        Assert.True(result.IsExhaustive);
        Assert.Null(result.Failure);
        Assert.Equal(result.Runs, runs);
        Assert.Equal(20, seen.Count);
    }

    [Fact]
    public void Fewer_preemptions_mean_fewer_schedules()
    {
        int[] runs = [.. new[] { 0, 1, 2, int.MaxValue }.Select(bound => RunsOf(new DepthFirst(bound)))];
        Assert.Equal(runs.Order().Distinct(), runs);
    }

    [Fact]
    public void A_defect_that_needs_a_preemption_is_not_found_without_any()
    {
        Assert.Null(Run(Programs.LostUpdate, new DepthFirst(maxPreemptions: 0)).Failure);
        Assert.NotNull(Run(Programs.LostUpdate, new DepthFirst(maxPreemptions: 1)).Failure);
    }

    [Fact]
    public void The_same_seed_finds_the_same_failure_and_another_seed_walks_elsewhere()
    {
        var traces = new[] { 1, 1, 2 }.Select(seed => Run(Programs.LostUpdate, new RandomWalk(seed)).FirstFailure!.ToString()).ToList();
        Assert.Equal(traces[0], traces[1]);
        Assert.NotEqual(traces[0], traces[2]);
    }

    [Fact]
    public void A_semaphore_admits_as_many_as_it_has_permits()
    {
        var result = Run(
            primitives =>
            {
                var (permits, inside) = (primitives.NewSemaphore(2), 0);
                var tasks = Enumerable.Range(0, 3).Select(_ => primitives.Spawn(() =>
                {
                    permits.Wait();
                    if (++inside > 2)
                        throw new InvalidOperationException("three inside");
                    primitives.Interleave();
                    inside--;
                    permits.Release();
                })).ToList();
                tasks.ForEach(task => task.Join());
                Assert.True(permits.TryWait() && permits.TryWait() && !permits.TryWait());
            },
            "random");
        Assert.Null(result.Failure);
    }

    [Fact]
    public void A_lock_is_reentrant_and_refuses_strangers()
    {
        Assert.Null(Run(
            primitives =>
            {
                var gate = primitives.NewLock();
                gate.Enter();
                Assert.True(gate.TryEnter());
                gate.Exit();
                primitives.Spawn(() => Assert.False(gate.TryEnter())).Join();
                gate.Exit();
                primitives.Spawn(() => { Assert.True(gate.TryEnter()); gate.Exit(); }).Join();
            },
            "exhaustive").Failure);
        var failure = Run(primitives => primitives.NewLock().Exit(), "random").Failure;
        Assert.IsType<SynchronizationLockException>(failure?.Exception);
    }

    [Fact]
    public void Try_enter_meets_a_lock_that_is_held_for_nothing()
    {
        var refused = false;
        Run(
            primitives =>
            {
                var gate = primitives.NewLock();
                var holder = primitives.Spawn(() => { gate.Enter(); gate.Exit(); });
                if (gate.TryEnter())
                    gate.Exit();
                else
                    refused = true;
                holder.Join();
            },
            "exhaustive");
        Assert.True(refused);
    }

    [Fact]
    public void A_task_that_swallows_the_end_of_the_run_does_not_hang_it()
    {
        var failure = Run(
            primitives =>
            {
                primitives.Spawn(() => throw new FormatException());
                while (true)
                {
                    try
                    {
                        primitives.Interleave();
                    }
                    catch (ScheduleEndedException)
                    {
                        // The mistake under test.
                    }
                }
            },
            new RandomWalk(5), maxRuns: 1).Failure;
        Assert.IsType<FormatException>(failure?.Exception);
    }

    [Fact]
    public void Exploration_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Explore.Run(_ => source.Cancel(), null, source.Token));
    }

    private static void Points(IPrimitives primitives, List<int> log, int task)
    {
        for (var point = 0; point < 3; point++)
        {
            primitives.Interleave();
            log.Add(task);
        }
    }

    private static int RunsOf(ExplorationStrategy strategy)
    {
        var result = Run(Programs.OrderedLocks, strategy);
        Assert.True(result.IsExhaustive);
        return result.Runs;
    }

    private static ExploreResult Run(Action<IPrimitives> program, string strategy, int maxSteps = 10_000) => Run(
        program,
        strategy switch
        {
            "random" => new RandomWalk(seed: 17),
            "pct" => new PriorityChangePoints(seed: 17),
            "two preemptions" => new DepthFirst(maxPreemptions: 2),
            _ => new DepthFirst(),
        },
        strategy is "random" or "pct" ? 300 : 20_000,
        maxSteps);

    private static ExploreResult Run(Action<IPrimitives> program, ExplorationStrategy strategy, int maxRuns = 20_000, int maxSteps = 10_000) =>
        Explore.Run(program, new ExploreOptions { Strategy = strategy, MaxRuns = maxRuns, MaxSteps = maxSteps }, TestContext.Current.CancellationToken);
}
