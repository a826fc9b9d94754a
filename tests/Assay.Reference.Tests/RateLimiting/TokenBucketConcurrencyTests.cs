using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>Concurrent requests take effect one at a time, whatever the schedule.</summary>
public sealed class TokenBucketConcurrencyTests
{
    private const int Capacity = 2;

    // One tick a permit.
    private static readonly BucketRate Rate = BucketRate.Of(Capacity, 1, TimeSpan.FromTicks(1), TimeSpan.TicksPerSecond);

    [Fact]
    public void No_schedule_makes_the_bucket_grant_more_at_one_instant_than_it_holds()
    {
        var result = Explore.Run(
            primitives => LateThreadMeetsThreeRequests(primitives, new ScheduledBucket(primitives).TryAcquire),
            new ExploreOptions { Strategy = new DepthFirst(), MaxRuns = 5_000 },
            TestContext.Current.CancellationToken);
        Assert.Null(result.Failure);
        Assert.True(result.IsExhaustive);
    }

    [Fact]
    public void Adding_first_and_taking_back_is_caught()
    {
        var result = Explore.Run(
            primitives => LateThreadMeetsThreeRequests(primitives, new AddThenRollback(primitives, Capacity).TryAcquire),
            new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2), MaxRuns = 5_000 },
            TestContext.Current.CancellationToken);
        Assert.NotNull(result.Failure);
        Assert.Contains("3 of 2", result.Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_histories_of_real_threads_are_linearizable()
    {
        var model = SequentialModel.Of<long, (int Permits, long Now), bool>(0L, (fullAt, call) =>
        {
            var next = Math.Max(fullAt, call.Now) + call.Permits;
            return next <= call.Now + Capacity ? (next, true) : (fullAt, false);
        });
        var result = Stress.Run(
            model,
            () => new TokenBucket(Capacity, 1, TimeSpan.FromTicks(1), new ManualClock()),
            (random, _) => (Permits: random.Next(1, Capacity + 1), Now: random.NextInt64(6)),
            (bucket, call) => bucket.TryAcquire(call.Permits, call.Now).IsAllowed,
            new StressOptions { Rounds = 500, Threads = 3, CallsPerThread = 4, Seed = 11 },
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
        Assert.Equal(0, result.UndecidedRounds);
    }

    [Fact]
    public void No_schedule_takes_from_a_bucket_that_is_dropped()
    {
        var result = Explored(bucket => bucket.TryRetire());
        Assert.Null(result.Failure);
        Assert.True(result.IsExhaustive);
        Assert.Contains("dropped with its grants", Explored(bucket => bucket.RetireAfterLooking()).Failure?.ToString(), StringComparison.Ordinal);

        static ExploreResult Explored(Func<ScheduledBucket, bool> retire) => Explore.Run(
            primitives =>
            {
                var bucket = new ScheduledBucket(primitives);
                var dropped = false;
                var sweep = primitives.Spawn(() => dropped = retire(bucket), "sweep");
                var granted = bucket.TryAcquire(0);
                sweep.Join();
                if (granted && dropped)
                    throw new InvalidOperationException("the bucket was dropped with its grants");
            },
            new ExploreOptions { Strategy = new DepthFirst(), MaxRuns = 5_000 },
            TestContext.Current.CancellationToken);
    }

    // A thread that read the clock at 0 is overtaken by three requests at 10, of which the bucket can grant two.
    private static void LateThreadMeetsThreeRequests(IPrimitives primitives, Func<long, bool> tryAcquire)
    {
        for (var i = 0; i < Capacity; i++)
            tryAcquire(0);
        var late = primitives.Spawn(() => tryAcquire(0), "late");
        var granted = 0;
        for (var i = 0; i < Capacity + 1; i++)
            granted += tryAcquire(10) ? 1 : 0;
        late.Join();
        if (granted > Capacity)
            throw new InvalidOperationException($"{granted} of {Capacity} permits were granted at one instant");
    }

    /// <summary>The loop of <see cref="TokenBucket"/> around the same step, on a variable under schedule control.</summary>
    private sealed class ScheduledBucket(IPrimitives primitives)
    {
        private const long Retired = -1;

        private readonly ISharedVariable<long> _fullAt = primitives.NewVariable(0L, "fullAt");

        public bool TryRetire()
        {
            var fullAt = _fullAt.Read();
            return Rate.IdleTicks(fullAt, 0) is not null && _fullAt.CompareExchange(Retired, fullAt) == fullAt;
        }

        /// <summary>H-RL-9: found idle, then dropped; what was granted between the two is forgotten.</summary>
        public bool RetireAfterLooking()
        {
            if (Rate.IdleTicks(_fullAt.Read(), 0) is null)
                return false;
            _fullAt.Write(Retired);
            return true;
        }

        public bool TryAcquire(long now)
        {
            var fullAt = _fullAt.Read();
            while (true)
            {
                if (fullAt == Retired)
                    return false;
                var decision = Rate.Step(fullAt, now, 1, out var next);
                if (next == fullAt)
                    return decision.IsAllowed;
                var seen = _fullAt.CompareExchange(next, fullAt);
                if (seen == fullAt)
                    return decision.IsAllowed;
                fullAt = seen;
            }
        }
    }
}
