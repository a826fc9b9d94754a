using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Assay.Reference;
using Assay.Reference.RateLimiting;

namespace Assay.Bench.Reference;

/// <summary>The limiters against System.Threading.RateLimiting, and against the least that a clock and an atomic operation take.</summary>
internal sealed class LimiterBench : IComponentBench
{
    // So many permits that none is missing while a case runs.
    private const int Plenty = 2_000_000_000;
    private const int Keys = 1024;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeProvider s_coarse = CoarseClock.Of(TimeProvider.System);
    private static readonly string[] s_keys = [.. Enumerable.Range(0, Keys).Select(i => $"tenant-{i}")];

    public string Component => "Limiters";

    public IEnumerable<BenchCase> Cases() =>
    [
        new TimedCase("grant, coarse clock", "TokenBucketRateLimiter, refilled by a timer", Goal.AtMost(0.8, 0), GrantCoarse, Standard),
        new TimedCase("grant, coarse clock, 2 threads", "TokenBucketRateLimiter, refilled by a timer", Goal.AtMost(0.65, 0), GrantCoarse, Standard, 2),
        new TimedCase("grant, precise clock", "reading the clock + one compare-and-swap", Goal.AtMost(1.15, 0), Grant, ClockAndSwap),
        new TimedCase("grant, precise clock", "TokenBucketRateLimiter + TryReplenish", Goal.AtMost(0.65, 0), Grant, StandardReplenished),
        new TimedCase("grant, precise clock, 2 threads", "TokenBucketRateLimiter, refilled by a timer", null, Grant, Standard, 2),
        new TimedCase("reject with RetryAfter", "TokenBucketRateLimiter, RetryAfter", Goal.Bytes(0), Reject, StandardReject),
        new TimedCase("reject with RetryAfter, 2 threads", "TokenBucketRateLimiter, RetryAfter", Goal.AtMost(0.25, 0), Reject, StandardReject, 2),
        new TimedCase("reject with RetryAfter, coarse clock, 2 threads", "TokenBucketRateLimiter, RetryAfter", Goal.AtMost(0.25, 0), RejectCoarse, StandardReject, 2),
        new TimedCase("adapter: grant", "TokenBucketRateLimiter, refilled by a timer", Goal.Bytes(0), AdapterGrant, Standard),
        new TimedCase("adapter: reject", "TokenBucketRateLimiter, rejected", Goal.Bytes(32), AdapterReject, StandardReject),
        new TimedCase("exact sliding log of 1000", "reading the clock + a lock", Goal.AtMost(1.1, 0), Log, ClockAndLock),
        new TimedCase("exact sliding log of 1000", "SlidingWindowRateLimiter of 8 segments", null, Log, StandardSliding),
        new TimedCase("1024 keys, coarse clock", "PartitionedRateLimiter of token buckets", Goal.AtMost(0.33, 0), KeyedCoarse, StandardKeyed),
        new TimedCase("1024 keys, coarse clock", "looking up the key + coarse clock + one compare-and-swap", null, KeyedCoarse, LookupAndSwap),
        new TimedCase("1024 keys, coarse clock, 2 threads", "PartitionedRateLimiter of token buckets", Goal.AtMost(0.33, 0), KeyedCoarse, StandardKeyed, 2),
        new TimedCase("1024 keys, precise clock", "PartitionedRateLimiter of token buckets", Goal.AtMost(0.75, 0), Keyed, StandardKeyed),
        new TimedCase("1024 keys, precise clock, 2 threads", "PartitionedRateLimiter of token buckets", null, Keyed, StandardKeyed, 2),
        new TimedCase("adapter: 1024 keys, coarse clock", "PartitionedRateLimiter of token buckets", Goal.Bytes(0), KeyedAdapter, StandardKeyed),
        new TimedCase("tenant and service, coarse clock", "CreateChained of two PartitionedRateLimiters", Goal.AtMost(0.35, 0), JointCoarse, StandardChained),
        new TimedCase("tenant and service, precise clock", "CreateChained of two PartitionedRateLimiters", Goal.AtMost(0.35, 0), JointPrecise, StandardChained),
        new TimedCase("tenant and service, coarse clock, 2 threads", "CreateChained of two PartitionedRateLimiters", null, JointCoarse, StandardChained, 2),
    ];

    private static Work Grant() => GrantsOf(Bucket(TimeProvider.System));

    private static Work GrantCoarse() => GrantsOf(Bucket(s_coarse));

    private static TokenBucket Bucket(TimeProvider clock) => new(Plenty, 1_000_000_000, s_second, clock);

    private static Work GrantsOf(TokenBucket bucket) => operations =>
    {
        var granted = 0;
        for (var i = 0; i < operations; i++)
            granted += bucket.TryAcquire().IsAllowed ? 1 : 0;
        All(granted, operations);
    };

    private static Work Reject() => RejectionsOf(new TokenBucket(1, 1, TimeSpan.FromDays(300)));

    private static Work RejectCoarse() => RejectionsOf(new TokenBucket(1, 1, TimeSpan.FromDays(300), s_coarse));

    private static Work RejectionsOf(TokenBucket bucket)
    {
        bucket.TryAcquire();
        return operations =>
        {
            var wait = 0L;
            for (var i = 0; i < operations; i++)
                wait = bucket.TryAcquire().RetryAfterTicks;
            All(wait > 0 ? operations : 0, operations);
        };
    }

    private static Work AdapterGrant() => GrantsOf(new PermitRateLimiter(new TokenBucket(Plenty, 1_000_000_000, s_second)));

    private static Work AdapterReject()
    {
        var limiter = new PermitRateLimiter(new TokenBucket(1, 1, TimeSpan.FromDays(300)));
        limiter.AttemptAcquire().Dispose();
        return operations =>
        {
            var rejected = 0;
            for (var i = 0; i < operations; i++)
            {
                using var lease = limiter.AttemptAcquire();
                rejected += lease.IsAcquired ? 0 : 1;
            }

            All(rejected, operations);
        };
    }

    private static Work Log()
    {
        var log = new SlidingLog(1000, TimeSpan.FromTicks(10));
        return operations =>
        {
            var granted = 0;
            for (var i = 0; i < operations; i++)
                granted += log.TryAcquire().IsAllowed ? 1 : 0;
            All(granted, operations);
        };
    }

    private static Work Keyed() => GrantsOf(new KeyedLimit<string>(_ => Bucket(TimeProvider.System), 2 * Keys));

    private static Work KeyedCoarse() => GrantsOf(new KeyedLimit<string>(_ => Bucket(s_coarse), 2 * Keys));

    private static Work KeyedAdapter() => GrantsOf(
        new KeyedRateLimiter<string, string>(new KeyedLimit<string>(_ => Bucket(s_coarse), 2 * Keys), key => key, TimeSpan.FromDays(1)));

    private static Work JointCoarse() => GrantsOf(new JointKeyedLimit<string>(_ => Bucket(s_coarse), 2 * Keys));

    private static Work JointPrecise() => GrantsOf(new JointKeyedLimit<string>(_ => Bucket(TimeProvider.System), 2 * Keys));

    private static Work GrantsOf(JointKeyedLimit<string> joint) => operations =>
    {
        var granted = 0;
        for (var i = 0; i < operations; i++)
            granted += joint.TryAcquire(s_keys[i & (Keys - 1)], "service").IsAllowed ? 1 : 0;
        All(granted, operations);
    };

    private static Work GrantsOf(KeyedLimit<string> keyed)
    {
        return operations =>
        {
            var granted = 0;
            for (var i = 0; i < operations; i++)
                granted += keyed.TryAcquire(s_keys[i & (Keys - 1)]).IsAllowed ? 1 : 0;
            All(granted, operations);
        };
    }

    private static Work ClockAndSwap()
    {
        var (clock, cell) = (TimeProvider.System, new long[1]);
        return operations =>
        {
            ref var value = ref cell[0];
            for (var i = 0; i < operations; i++)
            {
                var now = clock.GetTimestamp();
                var seen = Volatile.Read(ref value);
                Interlocked.CompareExchange(ref value, now, seen);
            }
        };
    }

    private static Work LookupAndSwap()
    {
        var cells = new ConcurrentDictionary<string, long[]>(s_keys.Select(key => KeyValuePair.Create(key, new long[1])));
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                ref var value = ref cells[s_keys[i & (Keys - 1)]][0];
                Interlocked.CompareExchange(ref value, Environment.TickCount64, Volatile.Read(ref value));
            }
        };
    }

    private static Work ClockAndLock()
    {
        var (clock, gate, latest) = (TimeProvider.System, new Lock(), 0L);
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                var now = clock.GetTimestamp();
                lock (gate)
                    latest = Math.Max(latest, now);
            }
        };
    }

    private static Work Standard() => GrantsOf(new TokenBucketRateLimiter(Bucket(autoReplenishment: false)));

    private static Work StandardReplenished()
    {
        var limiter = new TokenBucketRateLimiter(Bucket(autoReplenishment: false));
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                limiter.TryReplenish();
                limiter.AttemptAcquire().Dispose();
            }
        };
    }

    private static Work StandardReject()
    {
        var limiter = new TokenBucketRateLimiter(new()
        {
            TokenLimit = 1, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromDays(1), AutoReplenishment = false,
        });
        limiter.AttemptAcquire().Dispose();
        return operations =>
        {
            var rejected = 0;
            for (var i = 0; i < operations; i++)
            {
                using var lease = limiter.AttemptAcquire();
                rejected += lease.TryGetMetadata(MetadataName.RetryAfter, out _) ? 1 : 0;
            }

            All(rejected, operations);
        };
    }

    private static Work StandardSliding() => GrantsOf(new SlidingWindowRateLimiter(new()
    {
        PermitLimit = int.MaxValue, Window = TimeSpan.FromDays(1), SegmentsPerWindow = 8, AutoReplenishment = false,
    }));

    private static Work StandardKeyed() => GrantsOf(PartitionedBy(key => key));

    private static Work StandardChained() => GrantsOf(PartitionedRateLimiter.CreateChained(PartitionedBy(key => key), PartitionedBy(_ => "service")));

    private static PartitionedRateLimiter<string> PartitionedBy(Func<string, string> keyOf) => PartitionedRateLimiter.Create<string, string>(
        resource => RateLimitPartition.GetTokenBucketLimiter(keyOf(resource), _ => Bucket(autoReplenishment: true)));

    private static Work GrantsOf(PartitionedRateLimiter<string> limiter) => operations =>
    {
        var granted = 0;
        for (var i = 0; i < operations; i++)
        {
            using var lease = limiter.AttemptAcquire(s_keys[i & (Keys - 1)]);
            granted += lease.IsAcquired ? 1 : 0;
        }

        All(granted, operations);
    };

    private static Work GrantsOf(RateLimiter limiter) => operations =>
    {
        var granted = 0;
        for (var i = 0; i < operations; i++)
        {
            using var lease = limiter.AttemptAcquire();
            granted += lease.IsAcquired ? 1 : 0;
        }

        All(granted, operations);
    };

    private static TokenBucketRateLimiterOptions Bucket(bool autoReplenishment) => new()
    {
        TokenLimit = Plenty, TokensPerPeriod = Plenty, ReplenishmentPeriod = s_second, AutoReplenishment = autoReplenishment,
    };

    // A case that measures the wrong path would look fast: it must fail instead.
    private static void All(int counted, int operations)
    {
        if (counted != operations)
            throw new InvalidOperationException($"{counted} of {operations} requests went the way that is measured.");
    }
}
