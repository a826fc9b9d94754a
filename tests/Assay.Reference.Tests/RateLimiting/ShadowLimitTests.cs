using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>Limits that are tried out and never enforced.</summary>
public sealed class ShadowLimitTests
{
    private const int Seeds = 20;

    private static readonly BucketShape s_shape = new(5, 2, TimeSpan.TicksPerMillisecond, 8_000_000);

    private readonly ManualClock _clock = s_shape.Clock();
    private readonly ShadowRecord _record = new("api");

    [Fact]
    public void It_answers_as_if_there_were_no_shadow_and_counts_as_if_there_were_nothing_else()
    {
        Assert.All(Enumerable.Range(0, Seeds), seed => Assert.Null(Wrong(Asked, seed)));

        (bool Answer, bool Shadow) Ask(ShadowLimit limit, ShadowRecord record, int permits, long now)
        {
            var before = record.BothGranted + record.OnlyShadowGranted;
            var answer = limit.TryAcquire(permits, now).IsAllowed;
            return (answer, record.BothGranted + record.OnlyShadowGranted > before);
        }

        AskBoth Asked(PermitLimit shadow, PermitLimit enforced)
        {
            var record = new ShadowRecord("api");
            var limit = new ShadowLimit(record, shadow, enforced);
            return (permits, now) => Ask(limit, record, permits, now);
        }
    }

    [Fact]
    public void Shadows_that_see_too_little_or_do_too_much_are_caught()
    {
        foreach (var mutant in new Func<PermitLimit, PermitLimit, AskBoth>[] { Shadows.AskedForGrantsOnly, Shadows.OnlyLookedAt, Shadows.Enforced })
            Assert.Contains(Enumerable.Range(0, Seeds), seed => Wrong(mutant, seed) is not null);
    }

    [Fact]
    public void Without_a_limit_in_force_everything_is_granted_and_the_rejections_are_counted()
    {
        var limit = new ShadowLimit(_record, new TokenBucket(2, 1, TimeSpan.FromSeconds(1), _clock));
        Assert.Equal([1, 0, 0], Enumerable.Range(0, 3).Select(_ => limit.TryAcquire().Remaining));
        // More than the shadow could ever grant, and a probe, which is no request.
        Assert.True(limit.TryAcquire(1_000_000).IsAllowed);
        Assert.True(limit.TryAcquire(0).IsAllowed);
        Assert.Equal((2, 2, 0, 0), (_record.BothGranted, _record.OnlyShadowRejected, _record.OnlyShadowGranted, _record.BothRejected));
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.TryAcquire(-1));
    }

    [Fact]
    public void Differences_count_on_both_sides()
    {
        var limit = new ShadowLimit(_record, new TokenBucket(2, 1, TimeSpan.FromDays(1), _clock), new TokenBucket(1, 1, TimeSpan.FromDays(1), _clock));
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(_ => limit.TryAcquire().IsAllowed));
        Assert.Equal((1, 0, 1, 1), (_record.BothGranted, _record.OnlyShadowRejected, _record.OnlyShadowGranted, _record.BothRejected));
        Assert.Equal(0, limit.TryAcquire(0).Remaining);
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.TryAcquire(2));
    }

    [Fact]
    public void A_sweep_cannot_be_noticed_by_the_shadow_either()
    {
        var keyed = new KeyedLimit<string>(
            _ => new ShadowLimit(_record, new TokenBucket(2, 1, TimeSpan.FromDays(1), _clock), new TokenBucket(2, 1, TimeSpan.FromSeconds(1), _clock)), 10);
        keyed.TryAcquire("a", 2);
        _clock.Advance(TimeSpan.FromSeconds(3));
        // The limit in force is full; its shadow is not.
        Assert.Equal(0, keyed.Sweep());
        keyed.TryAcquire("a", 2);
        Assert.Equal((1, 1), (_record.BothGranted, _record.OnlyShadowRejected));
        _clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(1, keyed.Sweep());
    }

    [Fact]
    public void Both_limits_change_live()
    {
        var limit = Of(shadow: 2, enforced: 3);
        limit.TryAcquire(2);
        limit.ChangeTo(Of(shadow: 4, enforced: 5));
        Assert.Equal(3, limit.TryAcquire(0).Remaining);
        limit.TryAcquire(2);
        Assert.Equal((2, 5), (_record.BothGranted, limit.Capacity));
        Assert.Throws<ArgumentException>(() => limit.ChangeTo(new ShadowLimit(_record, new TokenBucket(2, 1, TimeSpan.FromDays(1), _clock))));

        ShadowLimit Of(int shadow, int enforced) => new(
            _record, new TokenBucket(shadow, 1, TimeSpan.FromDays(1), _clock), new TokenBucket(enforced, 1, TimeSpan.FromDays(1), _clock));
    }

    [Fact]
    public void Held_permits_of_the_limit_in_force_come_back()
    {
        var limit = new ShadowLimit(_record, new FixedWindow(1, TimeSpan.FromDays(1), _clock), new ConcurrencyLimit(1, _clock));
        using (var limiter = new PermitRateLimiter(limit))
        {
            limiter.AttemptAcquire().Dispose();
            Assert.True(limiter.AttemptAcquire().IsAcquired);
        }

        Assert.Equal((1, 1), (_record.BothGranted, _record.OnlyShadowRejected));
        Assert.Throws<InvalidOperationException>(() => new ShadowLimit(_record, new FixedWindow(1, TimeSpan.FromDays(1))).Return(1));
    }

    [Fact]
    public void Limits_that_cannot_stand_in_each_others_shadow_are_refused()
    {
        var bucket = new TokenBucket(1, 1, TimeSpan.FromSeconds(1), _clock);
        Assert.Throws<ArgumentNullException>(() => new ShadowRecord(null!));
        Assert.Throws<ArgumentNullException>(() => new ShadowLimit(null!, bucket));
        Assert.Throws<ArgumentNullException>(() => new ShadowLimit(_record, null!));
        Assert.Throws<ArgumentException>(() => new ShadowLimit(_record, bucket, bucket));
        Assert.Throws<ArgumentException>(() => new ShadowLimit(_record, new ConcurrencyLimit(1, _clock)));
        Assert.Throws<ArgumentException>(() => new ShadowLimit(_record, bucket, new TokenBucket(1, 1, TimeSpan.FromSeconds(1), new ManualClock())));
    }

    [Fact]
    public void No_schedule_makes_equal_limits_differ()
    {
        Assert.Null(Explored(pair => pair.DiffersUnderOneLock()).Failure);
        Assert.Contains("equal limits", Explored(pair => pair.DiffersOneByOne()).Failure?.ToString(), StringComparison.Ordinal);

        static ExploreResult Explored(Func<ScheduledShadow, bool> differs) => Explore.Run(
            primitives =>
            {
                var (pair, other) = (new ScheduledShadow(primitives), false);
                var task = primitives.Spawn(() => other = differs(pair), "other");
                var here = differs(pair);
                task.Join();
                if (here || other)
                    throw new InvalidOperationException("equal limits differ");
            },
            new ExploreOptions { Strategy = new DepthFirst(), MaxRuns = 5_000 },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Equal_limits_never_differ_under_real_threads()
    {
        for (var round = 0; round < 50; round++)
        {
            var limit = new ShadowLimit(_record, new TokenBucket(10, 1, TimeSpan.FromDays(1), _clock), new TokenBucket(10, 1, TimeSpan.FromDays(1), _clock));
            Parallel.For(0, 20, _ => limit.TryAcquire());
        }

        Assert.Equal((500, 500, 0, 0), (_record.BothGranted, _record.BothRejected, _record.OnlyShadowGranted, _record.OnlyShadowRejected));
    }

    // Beside it run two limits of their own.
    private static string? Wrong(Func<PermitLimit, PermitLimit, AskBoth> create, int seed)
    {
        var clock = s_shape.Clock();
        var (shadow, enforced) = (new SlidingLog(3, s_shape.Period, clock), s_shape.Create());
        var ask = create(new SlidingLog(3, s_shape.Period, clock), new TokenBucket(s_shape.Capacity, s_shape.Permits, s_shape.Period, clock));
        foreach (var (offset, drawn) in Scenario.Draw(s_shape, seed, 200, backwards: false))
        {
            var permits = Math.Clamp(drawn, 1, 3);
            var expected = (enforced.TryAcquire(permits, offset).IsAllowed, shadow.TryAcquire(permits, offset).IsAllowed);
            var both = ask(permits, offset);
            if (both != expected)
                return $"{permits} at {offset}: {both}, each by itself {expected}";
        }

        return null;
    }
}
