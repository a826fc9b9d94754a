using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>Limits in several dimensions, named by keys in any order.</summary>
public sealed class JointKeyedLimitTests
{
    private static readonly string[] Keys = ["a", "b", "c"];

    private readonly ManualClock _clock = new();

    [Fact]
    public void A_request_is_granted_exactly_when_every_key_by_itself_would()
    {
        var (random, joint, alone) = (new Random(5), new JointKeyedLimit<string>(Bucket, 100), new Dictionary<string, PermitLimit>());
        for (var step = 0; step < 4000; step++)
        {
            var keys = Drawn(random);
            var permits = random.Next(3);
            var looks = keys.GroupBy(key => key).Select(named => (Limit: Alone(named.Key), Permits: named.Count() * Math.Max(1, permits))).ToList();
            if (looks.Any(look => look.Permits > look.Limit.Capacity))
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire(keys, permits));
                continue;
            }

            var decisions = looks.ConvertAll(look => look.Limit.Peek(look.Permits, _clock.GetTimestamp()));
            var decision = joint.TryAcquire(keys, permits);
            Assert.Equal(decisions.TrueForAll(one => one.IsAllowed), decision.IsAllowed);
            Assert.Equal(decisions.Max(one => one.RetryAfterTicks), decision.RetryAfterTicks);
            if (decision.IsAllowed && permits > 0)
                looks.ForEach(look => look.Limit.TryAcquire(look.Permits));
            Assert.Equal(looks.Min(look => look.Limit.Peek(1, _clock.GetTimestamp()).Remaining), decision.Remaining);
            _clock.Advance(TimeSpan.FromMilliseconds(random.Next(600)));
            if (random.Next(3) == 0)
                joint.Sweep();
        }

        PermitLimit Alone(string key) => alone.TryGetValue(key, out var limit) ? limit : alone[key] = Bucket(key);
    }

    [Fact]
    public void At_the_time_to_retry_it_succeeds_and_one_tick_before_it_does_not()
    {
        var (random, joint) = (new Random(6), new JointKeyedLimit<string>(Bucket, 100));
        for (var (step, rejections) = (0, 0); step < 2000 || rejections < 100; step++)
        {
            var keys = Drawn(random).Distinct().ToArray();
            var decision = joint.TryAcquire(keys, 2);
            if (decision.IsAllowed)
                continue;
            rejections++;
            _clock.SetTimestamp(_clock.GetTimestamp() + decision.RetryAfterTicks - 1);
            Assert.False(joint.TryAcquire(keys, 2).IsAllowed);
            _clock.SetTimestamp(_clock.GetTimestamp() + 1);
            Assert.True(joint.TryAcquire(keys, 2).IsAllowed);
        }
    }

    [Fact]
    public void Concurrent_requests_in_any_order_of_keys_take_effect_one_at_a_time()
    {
        var clock = new ManualClock();
        var result = Stress.Run(
            SequentialModel.Of<(int A, int B, int C), string[], bool>((2, 2, 2), (left, keys) =>
            {
                var after = (left.A - keys.Count("a".Equals), left.B - keys.Count("b".Equals), left.C - keys.Count("c".Equals));
                return after is ( >= 0, >= 0, >= 0) ? (after, true) : (left, false);
            }),
            () => new JointKeyedLimit<string>(_ => new TokenBucket(2, 1, TimeSpan.FromSeconds(1), clock), 10),
            (random, _) => Drawn(random, most: 2),
            (joint, keys) =>
            {
                joint.Sweep();
                return keys.Length == 2 ? joint.TryAcquire(keys[0], keys[1]).IsAllowed : joint.TryAcquire(keys).IsAllowed;
            },
            new StressOptions { Rounds = 500, Threads = 3, CallsPerThread = 4, Seed = 9 },
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
    }

    [Fact]
    public void In_every_schedule_locks_in_one_order_grant_who_can_be_granted_and_nobody_waits_for_ever()
    {
        Assert.Null(Explored(pair => pair.InOrder).Failure);
        Assert.True(Explored(pair => pair.InOrder).IsExhaustive);
        Assert.Contains("eadlock", Explored(pair => pair.InTheCallersOrder).Failure?.ToString(), StringComparison.Ordinal);
        Assert.Contains("rejected for nothing", Explored(pair => pair.TakeAndGiveBack).Failure?.ToString(), StringComparison.Ordinal);

        // One of the first key, none of the second: who asks for both is rejected, and who asks for the first alone must not be.
        static ExploreResult Explored(Func<ScheduledPair, Func<int[], bool>> protocol) => Explore.Run(
            primitives =>
            {
                var acquire = protocol(new ScheduledPair(primitives, 1, 0));
                var forth = primitives.Spawn(() => acquire([0, 1]), "forth");
                acquire([1, 0]);
                if (!acquire([0]))
                    throw new InvalidOperationException("one was rejected for nothing");
                forth.Join();
            },
            new ExploreOptions { Strategy = new DepthFirst(), MaxRuns = 20_000 },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Keys_without_end_are_rejected_at_the_bound_and_change_nothing()
    {
        var joint = new JointKeyedLimit<string>(Bucket, 3);
        Assert.True(joint.TryAcquire(["service", "1"]).IsAllowed);
        Assert.True(joint.TryAcquire("service", "2").IsAllowed);
        for (var i = 3; i < 100; i++)
            Assert.Equal(new Decision(false, PermitLimit.UnknownTicks, 0), joint.TryAcquire("service", $"{i}"));
        Assert.Equal((3, 1), (joint.Count, joint.TryAcquire(["service"], 0).Remaining));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, joint.Sweep());
        Assert.True(joint.TryAcquire("service", "99").IsAllowed);
    }

    [Fact]
    public void A_decision_allocates_nothing()
    {
        var joint = new JointKeyedLimit<string>(_ => new SlidingCounter(3, TimeSpan.FromSeconds(1), 4, _clock), 100);
        joint.TryAcquire(Keys);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            joint.TryAcquire(["b", "a", "c"]);
            joint.TryAcquire("b", "a");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Misuse_is_an_error_and_leaves_no_lock_behind()
    {
        var joint = new JointKeyedLimit<string>(Bucket, 100, StringComparer.OrdinalIgnoreCase);
        Assert.Throws<ArgumentException>(() => joint.TryAcquire([]));
        Assert.Throws<ArgumentException>(() => joint.TryAcquire(new string[9]));
        Assert.Throws<ArgumentNullException>(() => joint.TryAcquire([null!]));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire(["a"], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire(["a"], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire("a", "A", 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire("a", "b", 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => joint.TryAcquire(["a"], int.MaxValue));
        Assert.Equal(1, joint.TryAcquire("a", "A").Remaining);
        var clocks = new JointKeyedLimit<string>(_ => new TokenBucket(1, 1, TimeSpan.FromSeconds(1), new ManualClock()), 100);
        Assert.True(clocks.TryAcquire(["a"]).IsAllowed);
        Assert.Throws<InvalidOperationException>(() => clocks.TryAcquire(["b"]));
        Assert.Throws<InvalidOperationException>(() => new JointKeyedLimit<string>(_ => new ConcurrencyLimit(1), 1).TryAcquire(["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JointKeyedLimit<string>(Bucket, 0));
    }

    private static string[] Drawn(Random random, int most = 4) => [.. Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => Keys[random.Next(3)])];

    private TokenBucket Bucket(string key) => new(3, 1, TimeSpan.FromSeconds(1), _clock);
}
