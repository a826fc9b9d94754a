using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>A limit for each key, whose sweeps nobody can notice.</summary>
public sealed class KeyedLimitTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_sweep_cannot_be_noticed()
    {
        var keyed = new KeyedLimit<string>(Bucket, 100);
        Assert.Null(Noticed(keyed.TryAcquire, () => keyed.Sweep()));
        var forgetful = new ForgetfulSweep(Bucket, _clock);
        Assert.NotNull(Noticed(forgetful.TryAcquire, forgetful.Sweep));

        // Beside it runs one bucket a key that is never dropped.
        string? Noticed(Func<string, int, Decision> acquire, Action sweep)
        {
            var (random, kept) = (new Random(7), new Dictionary<string, PermitLimit>());
            for (var step = 0; step < 3000; step++)
            {
                var (key, permits) = ($"tenant {random.Next(5)}", random.Next(4));
                if (!kept.TryGetValue(key, out var bucket))
                    kept.Add(key, bucket = Bucket(key));
                var (decision, expected) = (acquire(key, permits), bucket.TryAcquire(permits));
                if (decision != expected)
                    return $"step {step}: {decision}, without sweeps {expected}";
                _clock.Advance(TimeSpan.FromMilliseconds(random.Next(1500)));
                sweep();
            }

            return null;
        }
    }

    [Fact]
    public void Sweeps_drop_exactly_the_full_limits()
    {
        var keyed = new KeyedLimit<string>(Bucket, 100);
        keyed.TryAcquire("one", 1);
        keyed.TryAcquire("three", 3);
        Assert.Equal(0, keyed.Sweep());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, keyed.Sweep());
        Assert.Equal(1, keyed.Count);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, keyed.Sweep());
        Assert.Equal(0, keyed.Count);
    }

    [Fact]
    public void Keys_without_end_are_rejected_at_the_bound_until_a_sweep_makes_room()
    {
        var keyed = new KeyedLimit<string>(Bucket, 10);
        var granted = Enumerable.Range(0, 1000).Count(i => keyed.TryAcquire($"{i}").IsAllowed);
        Assert.Equal((10, 10), (granted, keyed.Count));
        Assert.Equal(PermitLimit.UnknownTicks, keyed.TryAcquire("more").RetryAfterTicks);
        Assert.True(keyed.TryAcquire("3").IsAllowed);
        _clock.Advance(TimeSpan.FromSeconds(2));
        keyed.Sweep();
        Assert.True(keyed.TryAcquire("more").IsAllowed);
    }

    public static TheoryData<LimitKind> Kinds => [.. AllLimits.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public void Sweeps_race_with_requests_without_a_permit_too_many(LimitKind kind)
    {
        var shape = new BucketShape(2, 1, TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond);
        var result = Stress.Run(
            SequentialModel.Of<int, bool, bool>(0, (used, sweeps) => sweeps ? (used, true) : used < 2 ? (used + 1, true) : (used, false)),
            () => new KeyedLimit<string>(_ => kind.Create(shape), 10),
            (random, _) => random.Next(2) == 0,
            (keyed, sweeps) => sweeps ? keyed.Sweep() >= 0 : keyed.TryAcquire("key").IsAllowed,
            new StressOptions { Rounds = 500, Threads = 3, CallsPerThread = 4, Seed = 9 },
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
    }

    [Fact]
    public void Keys_are_compared_as_told_and_misuse_leaves_no_trace()
    {
        var keyed = new KeyedLimit<string>(Bucket, 10, StringComparer.OrdinalIgnoreCase);
        Assert.Equal((2, 1), (keyed.TryAcquire("Tenant").Remaining, keyed.TryAcquire("TENANT").Remaining));
        Assert.Throws<ArgumentNullException>(() => keyed.TryAcquire(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => keyed.TryAcquire("tenant", 4));
        var held = new KeyedLimit<string>(_ => new ConcurrencyLimit(1, _clock), 1);
        Assert.Throws<InvalidOperationException>(() => held.TryAcquire("a"));
        Assert.Equal((1, 0), (keyed.Count, held.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedLimit<string>(Bucket, 0));
    }

    private TokenBucket Bucket(string key) => new(3, 1, TimeSpan.FromSeconds(1), _clock);
}
