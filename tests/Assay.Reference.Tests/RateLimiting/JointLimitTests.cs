using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>Several limits that are taken from all or none.</summary>
public sealed class JointLimitTests
{
    private const int Seeds = 40;

    // Bursts of three and two a millisecond; five in any four; four in each two and a half.
    private static readonly (LimitKind Kind, BucketShape Shape)[] Dimensions =
    [
        (AllLimits.Kinds[0], new(3, 2, TimeSpan.TicksPerMillisecond, 8_000_000)),
        (AllLimits.Kinds[2], new(5, 2, TimeSpan.TicksPerMillisecond * 4, 8_000_000)),
        (AllLimits.Kinds[1], new(4, 2, TimeSpan.TicksPerMillisecond * 5 / 2, 8_000_000)),
    ];

    private static readonly BucketShape Narrowest = Dimensions[0].Shape;

    [Fact]
    public void A_request_is_granted_exactly_when_every_limit_by_itself_would() =>
        Holds(seed => AllOrNone(new JointLimit(Limits()).TryAcquire, Draw(seed)));

    [Fact]
    public void The_time_to_retry_is_exact_to_the_tick() =>
        Holds(seed => BucketProperties.RetriesToTheTick(Narrowest, new JointLimit(Limits()).TryAcquire, Draw(seed)));

    [Fact]
    public void Taking_in_turn_without_looking_is_caught() =>
        Assert.Contains(Enumerable.Range(0, Seeds), seed => AllOrNone(Joints.Chained(Limits()), Draw(seed)) is not null);

    [Fact]
    public void Telling_the_first_time_to_retry_is_caught() => Assert.Contains(
        Enumerable.Range(0, Seeds), seed => BucketProperties.RetriesToTheTick(Narrowest, Joints.FirstRetryAfter(Limits()), Draw(seed)) is not null);

    [Fact]
    public void A_rejection_leaves_every_limit_as_it_was()
    {
        var clock = new ManualClock();
        var (generous, strict) = (new TokenBucket(100, 1, TimeSpan.FromDays(1), clock), new TokenBucket(3, 1, TimeSpan.FromDays(1), clock));
        var joint = new JointLimit(generous, strict);
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => joint.TryAcquire().IsAllowed));
        Assert.Equal((97, 0), (generous.Peek(1, 0).Remaining, strict.Peek(1, 0).Remaining));
        Assert.Equal(new Decision(false, clock.TimestampFrequency * 86_400, 0), joint.TryAcquire());
    }

    [Fact]
    public void Each_limit_can_have_its_own_number_of_permits()
    {
        var clock = new ManualClock();
        var joint = new JointLimit(new FixedWindow(2, TimeSpan.FromSeconds(1), clock), new FixedWindow(1000, TimeSpan.FromSeconds(1), clock));
        Assert.Equal(2, joint.Capacity);
        Assert.Equal(new Decision(true, 0, 1), joint.TryAcquire([1, 900]));
        Assert.False(joint.TryAcquire([1, 101]).IsAllowed);
        Assert.Equal(new Decision(true, 0, 0), joint.TryAcquire([0, 100]));
        Assert.Equal(new Decision(false, clock.TimestampFrequency, 0), joint.TryAcquire([1, 1]));
        Assert.Equal(1, joint.TryAcquire([1, 0]).Remaining + 1);
        Assert.Throws<ArgumentException>(() => joint.TryAcquire([1]));
        Assert.Throws<ArgumentException>(() => joint.TryAcquire([0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire([1, 1001]));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire([-1, 1]));
    }

    [Fact]
    public void Held_permits_go_back_to_the_limits_that_hold_them()
    {
        var clock = new ManualClock();
        var held = new ConcurrencyLimit(1, clock);
        var joint = new JointLimit(new TokenBucket(5, 1, TimeSpan.FromSeconds(1), clock), held);
        using (var limiter = new PermitRateLimiter(joint))
        {
            using (var lease = limiter.AttemptAcquire())
            {
                Assert.True(lease.IsAcquired);
                Assert.Equal(new Decision(false, PermitLimit.UnknownTicks, 0), joint.TryAcquire());
            }

            Assert.True(limiter.AttemptAcquire().IsAcquired);
        }

        Assert.Equal(0, held.Peek(1, 0).Remaining);
        Assert.Throws<InvalidOperationException>(() => joint.TryAcquire([1, 1]));
        Assert.Throws<InvalidOperationException>(() => new JointLimit(new FixedWindow(1, TimeSpan.FromSeconds(1), clock)).Return(1));
    }

    [Fact]
    public void It_is_idle_for_as_long_as_the_last_of_its_limits()
    {
        var clock = new ManualClock();
        var joint = new JointLimit(new TokenBucket(1, 1, TimeSpan.FromTicks(10), clock), new TokenBucket(1, 1, TimeSpan.FromTicks(30), clock));
        joint.TryAcquire(1, 0);
        Assert.Null(joint.IdleTicks(29));
        Assert.Equal(5, joint.IdleTicks(35));
    }

    [Fact]
    public void Limits_that_cannot_be_joined_are_refused()
    {
        var limit = new FixedWindow(1, TimeSpan.FromSeconds(1), new ManualClock());
        Assert.Throws<ArgumentException>(() => new JointLimit());
        Assert.Throws<ArgumentException>(() => new JointLimit(limit, limit));
        Assert.Throws<ArgumentException>(() => new JointLimit(limit, null!));
        Assert.Throws<ArgumentException>(() => new JointLimit(limit, new FixedWindow(1, TimeSpan.FromSeconds(1), new ManualClock())));
        Assert.Throws<ArgumentException>(() => new JointLimit([.. Enumerable.Range(0, 9).Select(_ => new FixedWindow(1, TimeSpan.FromSeconds(1), limit.Clock))]));
    }

    private static PermitLimit[] Limits()
    {
        var clock = Narrowest.Clock();
        return
        [
            new TokenBucket(3, 2, Dimensions[0].Shape.Period, clock),
            new SlidingLog(5, Dimensions[1].Shape.Period, clock),
            new FixedWindow(4, Dimensions[2].Shape.Period, clock),
        ];
    }

    private static List<Ask> Draw(int seed) => Scenario.Draw(Narrowest, seed, 300, backwards: false);

    private static string? AllOrNone(Acquire acquire, IEnumerable<Ask> asks)
    {
        var grants = new List<Ask>();
        foreach (var ask in asks)
        {
            var left = Dimensions.Min(dimension => dimension.Shape.Capacity - dimension.Kind.Used(dimension.Shape, grants, ask.Offset));
            var allowed = left >= Math.Max(1, ask.Permits);
            var expected = (allowed, (int)(allowed ? left - ask.Permits : left));
            var decision = acquire(ask.Permits, ask.Offset);
            if (expected != (decision.IsAllowed, decision.Remaining))
                return $"at {ask}: {decision}, all limits by definition {expected}";
            if (allowed)
                grants.Add(ask);
        }

        return null;
    }

    private static void Holds(Func<int, string?> property)
    {
        for (var seed = 0; seed < Seeds; seed++)
            Assert.True(property(seed) is not { } wrong, $"seed {seed}: {property(seed)}");
    }
}
