using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.RateLimiting;

namespace Assay.Reference.Tests.Mutants;

/// <summary>
/// Token buckets as they are met in the wild, each with one mistake. For shapes with a whole number of ticks a permit, except where
/// said.
/// </summary>
internal static class Buckets
{
    /// <summary>H-RL-1: the stored time follows every clock, so each of two clocks credits the difference again.</summary>
    public static Acquire TwoClockTextbookBucket(BucketShape shape)
    {
        var (tokens, last) = ((double)shape.Capacity, shape.Origin);
        return (permits, now) =>
        {
            var elapsed = Math.Max(0, now - last);
            last = now;
            tokens = Math.Min(shape.Capacity, tokens + ((double)elapsed / shape.Interval));
            return Take(ref tokens, permits);
        };
    }

    /// <summary>H-RL-2: whole tokens are credited, but the time of the fraction is forgotten.</summary>
    public static Acquire TruncatingRefill(BucketShape shape)
    {
        var (tokens, last) = ((double)shape.Capacity, shape.Origin);
        return (permits, now) =>
        {
            var elapsed = Math.Max(0, now - last);
            last = Math.Max(last, now);
            tokens = Math.Min(shape.Capacity, tokens + (elapsed / shape.Interval));
            return Take(ref tokens, permits);
        };
    }

    /// <summary>H-RL-3: elapsed time times rate in 64 bits.</summary>
    public static Acquire OverflowingRefill(BucketShape shape)
    {
        // Tokens in parts of a period, so that nothing is truncated.
        var period = shape.PeriodTicks * shape.Frequency / TimeSpan.TicksPerSecond;
        var (parts, last) = (shape.Capacity * period, shape.Origin);
        return (permits, now) =>
        {
            parts = Math.Min(shape.Capacity * period, unchecked(parts + (Math.Max(0, now - last) * shape.Permits)));
            last = Math.Max(last, now);
            var allowed = parts >= Math.Max(1, permits) * period;
            parts -= allowed ? permits * period : 0;
            return new Decision(allowed, allowed ? 0 : 1, (int)(parts / period));
        };
    }

    /// <summary>H-RL-4: saved tokens are spent without a look at the clock; the time that passed is credited afterwards.</summary>
    public static Acquire ClockFreeFastPath(BucketShape shape)
    {
        var (tokens, last) = ((double)shape.Capacity, shape.Origin);
        return (permits, now) =>
        {
            if (tokens >= permits + 1)
                return Take(ref tokens, permits);
            tokens = Math.Min(shape.Capacity, tokens + ((double)Math.Max(0, now - last) / shape.Interval));
            last = Math.Max(last, now);
            return Take(ref tokens, permits);
        };
    }

    /// <summary>H-RL-6: the period in whole milliseconds, zero for a shorter one, and a timer of period zero fires once.</summary>
    public static Acquire MillisecondTimerBucket(BucketShape shape)
    {
        var tick = shape.PeriodTicks / TimeSpan.TicksPerMillisecond * (shape.Frequency / 1000);
        var (tokens, ticksSeen) = ((double)shape.Capacity, 0L);
        return (permits, now) =>
        {
            var ticksNow = tick == 0 ? Math.Min(1, now - shape.Origin) : (now - shape.Origin) / tick;
            tokens = Math.Min(shape.Capacity, tokens + ((ticksNow - ticksSeen) * shape.Permits));
            ticksSeen = ticksNow;
            return Take(ref tokens, permits);
        };
    }

    /// <summary>The reference, but instants are compared as plain numbers, which ends where the clock's numbers end.</summary>
    public static Acquire AbsoluteInstants(BucketShape shape)
    {
        var fullAt = shape.Origin;
        return (permits, now) =>
        {
            var next = unchecked(Math.Max(fullAt, now) + (Math.Max(1, permits) * shape.Interval));
            if (next > unchecked(now + (shape.Capacity * shape.Interval)))
                return new Decision(false, 1, 0);
            fullAt = permits == 0 ? fullAt : next;
            return new Decision(true, 0, 0);
        };
    }

    /// <summary>H-RL-12: right decisions, and a wait of a whole interval whatever has accrued and however much is asked.</summary>
    public static Acquire WholeIntervalRetryAfter(BucketShape shape) =>
        WithRetry(shape, (_, decision) => decision with { RetryAfterTicks = shape.Interval });

    /// <summary>H-RL-12: the wait in whole milliseconds, rounded down: a hot loop of retries.</summary>
    public static Acquire TruncatedRetryAfter(BucketShape shape) => WithRetry(shape, (_, decision) =>
        decision with { RetryAfterTicks = decision.RetryAfterTicks / (shape.Frequency / 1000) * (shape.Frequency / 1000) });

    /// <summary>H-RL-12: a tick too long, which only the test at the exact tick sees.</summary>
    public static Acquire PaddedRetryAfter(BucketShape shape) =>
        WithRetry(shape, (_, decision) => decision with { RetryAfterTicks = decision.RetryAfterTicks + 1 });

    private static Acquire WithRetry(BucketShape shape, Func<int, Decision, Decision> change)
    {
        var bucket = shape.Create();
        return (permits, now) => bucket.TryAcquire(permits, now) is { IsAllowed: false } rejected
            ? change(permits, rejected)
            : new Decision(true, 0, 0);
    }

    private static Decision Take(ref double tokens, int permits)
    {
        var allowed = tokens >= Math.Max(1, permits);
        tokens -= allowed ? permits : 0;
        return new Decision(allowed, allowed ? 0 : 1, (int)tokens);
    }
}
