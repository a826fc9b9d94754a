using System.Numerics;
using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>The bucket keeps its promises, and each promise convicts the mutants that break it.</summary>
public sealed class TokenBucketTests
{
    private const int Seeds = 40;

    // A whole number of ticks a permit, as the mutants need; a millisecond is 1000 ticks.
    private static readonly BucketShape Plain = new(3, 1, TimeSpan.TicksPerSecond / 100, 1_000_000);

    public static TheoryData<BucketShape> Shapes => [.. BucketShape.All];

    [Theory, MemberData(nameof(Shapes))]
    public void No_window_holds_more_than_the_bound_even_when_the_clock_goes_back(BucketShape shape) => Holds(
        seed => BucketProperties.NeverGrantsMore(shape, shape.Create().TryAcquire, Scenario.Draw(shape, seed, 300, backwards: true)));

    [Theory, MemberData(nameof(Shapes))]
    public void Exactly_what_has_accrued_is_granted(BucketShape shape) => Holds(seed =>
    {
        var bucket = shape.Create();
        return BucketProperties.GrantsWhatHasAccrued(
            shape, Enforced(bucket), bucket.TryAcquire, Scenario.Draw(shape, seed, 300, backwards: false));
    });

    [Theory, MemberData(nameof(Shapes))]
    public void The_time_to_retry_is_exact_to_the_tick(BucketShape shape) => Holds(
        seed => BucketProperties.RetriesToTheTick(shape, shape.Create().TryAcquire, Scenario.Draw(shape, seed, 200, backwards: false)));

    [Theory, MemberData(nameof(Shapes))]
    public void Decisions_do_not_depend_on_where_the_clock_began(BucketShape shape) => Holds(seed =>
        BucketProperties.IgnoresTheOrigin(shape, shifted => shifted.Create().TryAcquire, Scenario.Draw(shape, seed, 100, backwards: true)));

    [Fact]
    public void A_million_partial_refills_do_not_drift()
    {
        var shape = new BucketShape(3, 7, TimeSpan.TicksPerSecond, 1_000_000_000);
        var bucket = shape.Create();
        var asks = Enumerable.Range(1, 1_000_000).Select(i => new Ask(i * 999_983L, 1));
        Assert.Null(BucketProperties.GrantsWhatHasAccrued(shape, Enforced(bucket), bucket.TryAcquire, asks));
    }

    [Theory]
    [InlineData(10, 10, TimeSpan.TicksPerSecond, 1_000_000_000)]
    [InlineData(3, 7, TimeSpan.TicksPerSecond, 1_000_000_000)]
    [InlineData(100, 4_999, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond)]
    public void Common_rates_are_enforced_without_any_rounding(int capacity, int permits, long period, long frequency)
    {
        var (ticks, parts) = Enforced(new BucketShape(capacity, permits, period, frequency).Create());
        Assert.Equal((BigInteger)period * frequency * parts, ticks * TimeSpan.TicksPerSecond * permits);
    }

    [Theory]
    [InlineData(100, 1_000_003, TimeSpan.TicksPerSecond, 1_000_000_000)]
    [InlineData(5, 999_999_937, TimeSpan.TicksPerDay, 1_000_000_000)]
    public void Other_rates_are_rounded_down_by_less_than_a_thousandth(int capacity, int permits, long period, long frequency)
    {
        var (ticks, parts) = Enforced(new BucketShape(capacity, permits, period, frequency).Create());
        var (exact, enforced) = ((BigInteger)period * frequency * parts, ticks * TimeSpan.TicksPerSecond * permits);
        Assert.InRange(enforced, exact + 1, exact + (exact / 1000));
    }

    [Fact]
    public void A_bucket_left_alone_for_nine_years_is_full()
    {
        var shape = new BucketShape(5, 47, TimeSpan.TicksPerSecond, 1_000_000_000);
        var bucket = shape.Create();
        Assert.True(bucket.TryAcquire(5, 0).IsAllowed);
        var nineYears = 9L * 366 * 86_400 * shape.Frequency;
        Assert.Null(BucketProperties.GrantsWhatHasAccrued(shape, Enforced(bucket), shape.Create().TryAcquire, [new(0, 5), new(nineYears, 5), new(nineYears, 1)]));
        Assert.Equal(5, bucket.TryAcquire(0, nineYears).Remaining);
    }

    [Fact]
    public void Mutants_that_grant_too_much_are_caught()
    {
        Caught(Buckets.TwoClockTextbookBucket, backwards: true);
        Caught(Buckets.ClockFreeFastPath, backwards: false);

        static void Caught(Func<BucketShape, Acquire> mutant, bool backwards) => Convicts(
            mutant, seed => BucketProperties.NeverGrantsMore(Plain, mutant(Plain), Scenario.Draw(Plain, seed, 300, backwards)));
    }

    [Fact]
    public void Two_clocks_ten_seconds_apart_gain_nothing()
    {
        var shape = new BucketShape(3, 1, TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond);
        Assert.Equal(3, Granted(shape.Create().TryAcquire));
        Assert.Equal(200, Granted(Buckets.TwoClockTextbookBucket(shape)));

        int Granted(Acquire acquire) => Enumerable.Range(0, 200).Count(i => acquire(1, i % 2 == 0 ? 0 : -10 * shape.Frequency).IsAllowed);
    }

    [Fact]
    public void Mutants_that_lose_what_has_accrued_are_caught()
    {
        Convicts(Buckets.TruncatingRefill, seed => Exact(Plain, Buckets.TruncatingRefill, Scenario.Draw(Plain, seed, 300, backwards: false)));
        var fast = new BucketShape(100, 1_000_000_000, TimeSpan.TicksPerDay, 1_000_000_000);
        Convicts(Buckets.OverflowingRefill, _ => Exact(fast, Buckets.OverflowingRefill, [new(0, 100), new(12L * 3600 * fast.Frequency, 1)]));
        var submillisecond = Plain with { PeriodTicks = 2_000 };
        Convicts(Buckets.MillisecondTimerBucket, seed =>
            Exact(submillisecond, Buckets.MillisecondTimerBucket, Scenario.Draw(submillisecond, seed, 300, backwards: false)));

        static string? Exact(BucketShape shape, Func<BucketShape, Acquire> mutant, IEnumerable<Ask> asks) =>
            BucketProperties.GrantsWhatHasAccrued(shape, Enforced(shape.Create()), mutant(shape), asks);
    }

    [Fact]
    public void Mutants_that_tell_a_wrong_time_to_retry_are_caught()
    {
        foreach (var mutant in new[] { Buckets.WholeIntervalRetryAfter, Buckets.TruncatedRetryAfter, Buckets.PaddedRetryAfter })
            Convicts(mutant, seed => BucketProperties.RetriesToTheTick(Plain, mutant(Plain), Scenario.Draw(Plain, seed, 300, backwards: false)));
    }

    [Fact]
    public void A_mutant_that_compares_instants_as_numbers_is_caught() => Convicts(
        Buckets.AbsoluteInstants,
        seed => BucketProperties.IgnoresTheOrigin(Plain, Buckets.AbsoluteInstants, Scenario.Draw(Plain, seed, 100, backwards: false)));

    [Fact]
    public void A_full_bucket_taken_at_once_can_be_taken_again_when_full()
    {
        var bucket = Plain.Create();
        Assert.True(bucket.TryAcquire(3, 0).IsAllowed);
        Assert.Equal(new Decision(false, 30_000, 0), bucket.TryAcquire(3, 0));
        Assert.Equal(new Decision(true, 0, 0), bucket.TryAcquire(3, 30_000));
    }

    [Fact]
    public void A_probe_takes_nothing_and_tells_when_a_permit_comes()
    {
        var bucket = Plain.Create();
        Assert.Equal(new Decision(true, 0, 3), bucket.TryAcquire(0, 0));
        Assert.Equal(new Decision(true, 0, 0), bucket.TryAcquire(3, 0));
        Assert.Equal(new Decision(false, 10_000, 0), bucket.TryAcquire(0, 0));
        Assert.Equal(new Decision(true, 0, 1), bucket.TryAcquire(0, 10_000));
    }

    [Fact]
    public void It_is_idle_from_the_tick_it_is_full_again()
    {
        var bucket = Plain.Create();
        Assert.Equal(5, bucket.IdleTicks(5));
        bucket.TryAcquire(1, 5);
        Assert.Null(bucket.IdleTicks(10_004));
        Assert.Equal(0, bucket.IdleTicks(10_005));
        Assert.Equal(7, bucket.IdleTicks(10_012));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(-1, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, -1)]
    [InlineData(int.MaxValue, 1, long.MaxValue)]
    [InlineData(1, int.MaxValue, 1)]
    public void A_senseless_bucket_is_refused(int capacity, int permits, long period) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new TokenBucket(capacity, permits, TimeSpan.FromTicks(period), new ManualClock(timestampFrequency: 1_000_000_000)));

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_request_no_wait_can_satisfy_is_an_error(int permits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Plain.Create().TryAcquire(permits));

    [Fact]
    public void A_decision_allocates_nothing()
    {
        var bucket = Plain.Create();
        bucket.TryAcquire(1, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            bucket.TryAcquire(1, i);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // What the bucket says it enforces; that this is the rate asked for, or a little less, is tested above.
    private static (BigInteger Ticks, BigInteger Permits) Enforced(TokenBucket bucket) => bucket.TicksPerPermit;

    private static void Holds(Func<int, string?> property)
    {
        for (var seed = 0; seed < Seeds; seed++)
            Assert.True(property(seed) is not { } wrong, $"seed {seed}: {property(seed)}");
    }

    private static void Convicts(Func<BucketShape, Acquire> mutant, Func<int, string?> property) =>
        Assert.True(Enumerable.Range(0, Seeds).Any(seed => property(seed) is not null), mutant.Method.Name);
}
