using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>Changes among concurrent requests: every request is decided before or after, and no permit is granted twice.</summary>
public sealed class LimitChangeConcurrencyTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // At one instant: so many in use, of so many. A call asks for permits; a negative one changes the capacity.
    private static readonly ISequentialModel<(int Used, int Capacity), int, int> s_model = SequentialModel.Of<(int Used, int Capacity), int, int>(
        (0, 3), (state, call) =>
            call < 0 ? ((state.Used, -call), 0)
            : call > state.Capacity ? (state, -2)
            : call + state.Used > state.Capacity ? (state, -1)
            : ((state.Used + call, state.Capacity), state.Capacity - state.Used - call));

    private static readonly StressOptions s_options = new() { Rounds = 300, Threads = 3, CallsPerThread = 4, Seed = 21 };

    public static TheoryData<string> Names => [.. Makers.Keys];

    private static Dictionary<string, Func<int, TimeProvider, PermitLimit>> Makers { get; } = new()
    {
        ["token bucket"] = (capacity, clock) => new TokenBucket(capacity, 1, Day, clock),
        ["fixed window"] = (capacity, clock) => new FixedWindow(capacity, Day, clock),
        ["sliding log"] = (capacity, clock) => new SlidingLog(capacity, Day, clock),
        ["sliding counter"] = (capacity, clock) => new SlidingCounter(capacity, Day, 4, clock),
        ["concurrency"] = (capacity, clock) => new ConcurrencyLimit(capacity, clock),
        ["joint"] = (capacity, clock) => new JointLimit(new TokenBucket(capacity, 1, Day, clock), new SlidingLog(2 * capacity, Day, clock)),
        ["shadow"] = (capacity, clock) => new ShadowLimit(new ShadowRecord("test"), new FixedWindow(1, Day, clock), new TokenBucket(capacity, 1, Day, clock)),
    };

    [Theory, MemberData(nameof(Names))]
    public void Changes_and_requests_take_effect_one_at_a_time(string name)
    {
        var clock = new ManualClock();
        var result = Stress.Run(
            s_model,
            () => Makers[name](3, clock),
            (random, _) => Drawn(random),
            (limit, call) =>
            {
                if (call > 0)
                    return Answer(() => limit.TryAcquire(call));
                limit.ChangeTo(Makers[name](-call, clock));
                return 0;
            },
            s_options,
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
        Assert.Equal(0, result.UndecidedRounds);
    }

    [Theory, InlineData("token bucket"), InlineData("sliding counter")]
    public void By_key_too_with_keys_that_are_new_and_keys_that_are_swept(string name)
    {
        var clock = new ManualClock();
        var result = Stress.Run(
            s_model,
            () => new KeyedLimit<string>(_ => Makers[name](3, clock), 10),
            (random, _) => Drawn(random),
            (keyed, call) =>
            {
                keyed.Sweep();
                if (call > 0)
                    return Answer(() => keyed.TryAcquire("key", call));
                keyed.ChangeTo(_ => Makers[name](-call, clock));
                return 0;
            },
            s_options,
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
    }

    [Fact]
    public void In_several_dimensions_all_keys_change_at_once()
    {
        var clock = new ManualClock();
        var result = Stress.Run(
            SequentialModel.Of<(int A, int B, int Capacity), JointCall, bool>((0, 0, 3), (state, call) =>
            {
                if (call.Change > 0)
                    return ((state.A, state.B, call.Change), true);
                var after = (A: state.A + (call.A ? 1 : 0), B: state.B + (call.B ? 1 : 0), state.Capacity);
                return (!call.A || after.A <= state.Capacity) && (!call.B || after.B <= state.Capacity) ? (after, true) : (state, false);
            }),
            () => new JointKeyedLimit<string>(_ => new TokenBucket(3, 1, Day, clock), 10),
            (random, _) => random.Next(6) switch { 0 => new(random.Next(1, 5), false, false), < 3 => new JointCall(0, true, true), 3 => new(0, true, false), _ => new(0, false, true) },
            (joint, call) =>
            {
                joint.Sweep();
                if (call.Change == 0)
                    return call is { A: true, B: true } ? joint.TryAcquire("b", "a").IsAllowed : joint.TryAcquire([call.A ? "a" : "b"]).IsAllowed;
                joint.ChangeTo(_ => new TokenBucket(call.Change, 1, Day, clock));
                return true;
            },
            s_options,
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
    }

    [Fact]
    public void No_schedule_of_the_exchange_grants_twice_or_finds_nothing()
    {
        var change = Explored(bucket => bucket.Change(), bucket => bucket.TryAcquire());
        Assert.Null(change.Failure);
        Assert.True(change.IsExhaustive);
        Assert.Contains("nothing in the place", Explored(bucket => bucket.ChangeBackwards(), bucket => bucket.TryAcquire()).Failure?.ToString(), StringComparison.Ordinal);
        Assert.Contains("3 of 2", Explored(bucket => bucket.ChangeByReference(), bucket => bucket.TryAcquireByReference()).Failure?.ToString(), StringComparison.Ordinal);

        static ExploreResult Explored(Action<ScheduledChange> change, Func<ScheduledChange, bool> tryAcquire) => Explore.Run(
            primitives =>
            {
                var (bucket, granted) = (new ScheduledChange(primitives, BucketRate.Of(2, 1, TimeSpan.FromTicks(1), TimeSpan.TicksPerSecond)), 0);
                var other = primitives.Spawn(() => granted += tryAcquire(bucket) ? 1 : 0, "request");
                change(bucket);
                var here = Enumerable.Range(0, 2).Count(_ => tryAcquire(bucket));
                other.Join();
                if (granted + here > 2)
                    throw new InvalidOperationException($"{granted + here} of 2 permits were granted at one instant");
            },
            new ExploreOptions { Strategy = new DepthFirst(), MaxRuns = 20_000 },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_change_that_fails_for_one_key_changes_none()
    {
        var clock = new ManualClock();
        var keyed = new KeyedLimit<string>(_ => new TokenBucket(3, 1, Day, clock), 10);
        var joint = new JointKeyedLimit<string>(_ => new TokenBucket(3, 1, Day, clock), 10);
        keyed.TryAcquire("a");
        keyed.TryAcquire("b");
        joint.TryAcquire("a", "b");
        PermitLimit Mixed(string key) => key == "a" ? new TokenBucket(9, 1, Day, clock) : new FixedWindow(9, Day, clock);
        Assert.Throws<ArgumentException>(() => keyed.ChangeTo(Mixed));
        Assert.Throws<ArgumentException>(() => joint.ChangeTo(Mixed));
        Assert.Throws<InvalidOperationException>(() => keyed.ChangeTo(_ => new ConcurrencyLimit(9, clock)));
        Assert.Equal((2, 3), (keyed.Peek("a").Remaining, keyed.Peek("new").Remaining));
        Assert.Equal((1, 3), (joint.TryAcquire("a", "b").Remaining, joint.TryAcquire(["new"], 0).Remaining));
        keyed.ChangeTo(_ => new TokenBucket(9, 1, Day, clock));
        Assert.Equal((8, 9), (keyed.Peek("a").Remaining, keyed.Peek("new").Remaining));
    }

    [Fact]
    public async Task Waiters_are_decided_again_when_the_limit_changes()
    {
        var clock = new ManualClock();
        var bucket = new TokenBucket(5, 1, TimeSpan.FromSeconds(1), clock);
        await using var limiter = new PermitRateLimiter(bucket, queueLimit: 10);
        limiter.AttemptAcquire(5);
        var (four, two, one) = (Wait(4), Wait(2), Wait(1));
        // More than there ever will be: rejected at once, and those behind move up.
        bucket.ChangeTo(new TokenBucket(3, 1, TimeSpan.FromSeconds(1), clock));
        Assert.False((await four).IsAcquired);
        Assert.False(two.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.False(two.IsCompleted);
        // Faster: the one who would have waited for another second is served now, without the timer that was set for the old rate.
        bucket.ChangeTo(new TokenBucket(6, 10, TimeSpan.FromSeconds(1), clock));
        Assert.True((await two).IsAcquired);
        Assert.True((await one).IsAcquired);
        Assert.Empty(clock.PendingTimers);

        Task<RateLimitLease> Wait(int permits) => limiter.AcquireAsync(permits, TestContext.Current.CancellationToken).AsTask();
    }

    private static int Drawn(Random random) => random.Next(3) == 0 ? -random.Next(1, 6) : random.Next(1, 4);

    private static int Answer(Func<Decision> acquire)
    {
        try
        {
            return acquire() is { IsAllowed: true } granted ? granted.Remaining : -1;
        }
        catch (ArgumentOutOfRangeException)
        {
            return -2;
        }
    }

    // A change of the capacity, or a request for one permit of one key or of both.
    private sealed record JointCall(int Change, bool A, bool B);
}
