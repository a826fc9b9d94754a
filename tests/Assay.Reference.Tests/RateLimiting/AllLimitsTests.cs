using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>The contract that all limits over time share, against their definitions.</summary>
public sealed class AllLimitsTests
{
    private const int Seeds = 30;

    // A whole number of ticks a permit and a segment; the second has segments that do not divide the window.
    private static readonly BucketShape Plain = new(3, 2, TimeSpan.TicksPerMillisecond, 8_000_000);
    private static readonly BucketShape Odd = new(7, 1, 10, TimeSpan.TicksPerSecond, long.MaxValue - 50);

    public static TheoryData<LimitKind> Kinds => [.. AllLimits.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public void It_grants_exactly_what_its_definition_says(LimitKind kind) => Holds(
        (shape, seed) => Defined(kind, shape, kind.Create(shape).TryAcquire, Draw(shape, seed, backwards: false)));

    [Theory, MemberData(nameof(Kinds))]
    public void The_time_to_retry_is_exact_to_the_tick(LimitKind kind) => Holds(
        (shape, seed) => BucketProperties.RetriesToTheTick(shape, kind.Create(shape).TryAcquire, Draw(shape, seed, backwards: false)));

    [Theory, MemberData(nameof(Kinds))]
    public void The_time_to_retry_is_exact_also_after_the_clock_went_back(LimitKind kind) => Holds(
        (shape, seed) => BucketProperties.RetriesToTheTick(shape, kind.Create(shape).TryAcquire, Draw(shape, seed, backwards: true)));

    [Theory, MemberData(nameof(Kinds))]
    public void Decisions_do_not_depend_on_where_the_clock_began(LimitKind kind) => Holds((shape, seed) =>
        BucketProperties.IgnoresTheOrigin(shape, shifted => kind.Create(shifted).TryAcquire, Draw(shape, seed, backwards: true)));

    [Theory, MemberData(nameof(Kinds))]
    public void No_window_holds_more_than_the_bound_even_when_the_clock_goes_back(LimitKind kind) => Holds((shape, seed) =>
        WithinBound(shape, kind.Bound(shape), kind.Create(shape).TryAcquire, Draw(shape, seed, backwards: true)));

    [Theory, MemberData(nameof(Kinds))]
    public void It_is_idle_exactly_while_all_permits_are_available(LimitKind kind) => Holds((shape, seed) =>
    {
        var limit = kind.Create(shape);
        var (last, looked) = ((long?)null, 0L);
        foreach (var (drawn, permits) in Draw(shape, seed, backwards: false))
        {
            // Later than the last look, so that the clock never goes back.
            var offset = drawn + looked;
            looked += 3;
            limit.TryAcquire(permits, unchecked(shape.Origin + offset));
            for (var later = offset; later < offset + 3; later++)
            {
                var now = unchecked(shape.Origin + later);
                var (idle, full) = (limit.IdleTicks(now), limit.TryAcquire(0, now).Remaining == limit.Capacity);
                if (idle is not null != full || idle < 0 || (last is not null && later > offset && idle != last + 1))
                    return $"{idle} idle at {later}, full: {full}, one tick before {last}";
                last = idle;
            }
        }

        return null;
    });

    [Theory, MemberData(nameof(Kinds))]
    public void Impossible_requests_are_errors(LimitKind kind)
    {
        var limit = kind.Create(Plain);
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.TryAcquire(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.TryAcquire(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => kind.Create(Plain with { Capacity = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => kind.Create(Plain with { PeriodTicks = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => kind.Create(Plain with { PeriodTicks = long.MaxValue, Frequency = 1_000_000_000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlidingCounter(1, TimeSpan.FromSeconds(1), 0));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Concurrent_requests_take_effect_one_at_a_time(LimitKind kind)
    {
        var result = Stress.Run(
            SequentialModel.Of<int, int, int>(0, (used, permits) =>
                used + permits <= Odd.Capacity ? (used + permits, Odd.Capacity - used - permits) : (used, -1)),
            () => kind.Create(Odd),
            (random, _) => random.Next(1, 4),
            (limit, permits) => limit.TryAcquire(permits, Odd.Origin) is { IsAllowed: true } granted ? granted.Remaining : -1,
            new StressOptions { Rounds = 200, Threads = 3, CallsPerThread = 4, Seed = 3 },
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_decision_allocates_nothing(LimitKind kind)
    {
        var limit = kind.Create(Plain);
        limit.TryAcquire(1, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 2000; i++)
            limit.TryAcquire(1, i * 100L);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_fixed_window_grants_twice_its_permits_across_a_boundary_as_documented()
    {
        var window = AllLimits.Kinds.Single(kind => kind.Name == "fixed window").Create(Plain);
        Assert.True(window.TryAcquire(3, Plain.Window - 1).IsAllowed);
        Assert.True(window.TryAcquire(3, Plain.Window).IsAllowed);
    }

    [Fact]
    public void Counters_that_forget_early_are_caught()
    {
        foreach (var mutant in new[] { Windows.CounterOfTooFewSegments, Windows.FixedWindowForAnyWindow })
            Assert.Contains(Enumerable.Range(0, Seeds), seed =>
                WithinBound(Plain, Plain.Capacity, mutant(Plain), Draw(Plain, seed, backwards: false)) is not null);
    }

    [Fact]
    public void A_window_that_tells_its_whole_length_is_caught() => Assert.Contains(Enumerable.Range(0, Seeds), seed =>
        BucketProperties.RetriesToTheTick(Plain, Windows.WholeWindowRetryAfter(Plain), Draw(Plain, seed, backwards: false)) is not null);

    private static List<Ask> Draw(BucketShape shape, int seed, bool backwards) => Scenario.Draw(shape, seed, 200, backwards);

    private static void Holds(Func<BucketShape, int, string?> property)
    {
        foreach (var shape in new[] { Plain, Odd })
        {
            for (var seed = 0; seed < Seeds; seed++)
                Assert.True(property(shape, seed) is not { } wrong, $"{shape}, seed {seed}: {property(shape, seed)}");
        }
    }

    private static string? Defined(LimitKind kind, BucketShape shape, Acquire acquire, IEnumerable<Ask> asks)
    {
        var grants = new List<Ask>();
        foreach (var ask in asks)
        {
            var left = shape.Capacity - kind.Used(shape, grants, ask.Offset);
            var allowed = left >= Math.Max(1, ask.Permits);
            var expected = (allowed, (int)(allowed ? left - ask.Permits : left));
            var decision = acquire(ask.Permits, unchecked(shape.Origin + ask.Offset));
            if (expected != (decision.IsAllowed, decision.Remaining))
                return $"at {ask}: {decision}, by definition {expected}";
            if (allowed)
                grants.Add(ask);
        }

        return null;
    }

    private static string? WithinBound(BucketShape shape, long bound, Acquire acquire, IEnumerable<Ask> asks)
    {
        var (grants, latest) = (new List<Ask>(), 0L);
        foreach (var ask in asks.Where(ask => ask.Permits > 0))
        {
            latest = Math.Max(latest, ask.Offset);
            if (acquire(ask.Permits, unchecked(shape.Origin + ask.Offset)).IsAllowed)
                grants.Add(ask with { Offset = latest });
        }

        foreach (var first in grants)
        {
            var sum = grants.Where(grant => grant.Offset >= first.Offset && grant.Offset - first.Offset < shape.Window).Sum(grant => (long)grant.Permits);
            if (sum > bound)
                return $"{sum} permits in the window from {first.Offset}, bound {bound}";
        }

        return null;
    }
}
