using System.Numerics;
using Assay.Reference.RateLimiting;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>What a token bucket promises. Each property answers null, or the first thing that contradicts it.</summary>
internal static class BucketProperties
{
    /// <summary>
    /// In every window between two grants: granted ≤ capacity + rate · window. All pairs; the times are those the bucket was told.
    /// </summary>
    public static string? NeverGrantsMore(BucketShape shape, Acquire acquire, IEnumerable<Ask> asks)
    {
        var (grants, latest) = (new List<(long At, int Permits)>(), 0L);
        foreach (var ask in asks)
        {
            // A probe leaves no trace, so the bucket need not remember that it was told this time.
            if (ask.Permits == 0)
                continue;
            latest = Math.Max(latest, ask.Offset);
            if (acquire(ask.Permits, unchecked(shape.Origin + ask.Offset)).IsAllowed)
                grants.Add((latest, ask.Permits));
        }

        for (var from = 0; from < grants.Count; from++)
        {
            var sum = 0L;
            for (var to = from; to < grants.Count; to++)
            {
                sum += grants[to].Permits;
                var bound = shape.Capacity + Accrued(shape, grants[to].At - grants[from].At);
                if (sum > bound)
                    return $"{sum} permits in [{grants[from].At}, {grants[to].At}], bound {bound}";
            }
        }

        return null;
    }

    /// <summary>
    /// Agrees with a bucket of fractions of tokens in unbounded integers, decision by decision and permit by permit. Time goes forward.
    /// </summary>
    public static string? GrantsWhatHasAccrued(BucketShape shape, (BigInteger Ticks, BigInteger Permits) rate, Acquire acquire, IEnumerable<Ask> asks)
    {
        // Tokens are counted in parts of 1 / rate.Ticks.
        var (tokens, last) = (shape.Capacity * rate.Ticks, 0L);
        foreach (var ask in asks)
        {
            tokens = BigInteger.Min(shape.Capacity * rate.Ticks, tokens + ((ask.Offset - last) * rate.Permits));
            last = ask.Offset;
            var enough = tokens >= Math.Max(1, ask.Permits) * rate.Ticks;
            if (enough)
                tokens -= ask.Permits * rate.Ticks;
            var expected = (enough, (int)(tokens / rate.Ticks));
            var decision = acquire(ask.Permits, unchecked(shape.Origin + ask.Offset));
            if (expected != (decision.IsAllowed, decision.Remaining))
                return $"at {ask}: {decision}, but the exact bucket says {expected}";
        }

        return null;
    }

    /// <summary>After a rejection: rejected one tick before the time told, allowed at it.</summary>
    public static string? RetriesToTheTick(BucketShape shape, Acquire acquire, IEnumerable<Ask> asks)
    {
        var shift = 0L;
        foreach (var ask in asks)
        {
            var now = unchecked(shape.Origin + ask.Offset + shift);
            var decision = acquire(ask.Permits, now);
            if (decision.IsAllowed != (decision.RetryAfterTicks == 0))
                return $"{decision} at {ask}";
            if (decision.IsAllowed)
                continue;
            if (acquire(ask.Permits, unchecked(now + decision.RetryAfterTicks - 1)).IsAllowed)
                return $"told {decision.RetryAfterTicks} at {ask}, allowed one tick before";
            if (!acquire(ask.Permits, unchecked(now + decision.RetryAfterTicks)).IsAllowed)
                return $"told {decision.RetryAfterTicks} at {ask}, still rejected";
            shift += decision.RetryAfterTicks;
        }

        return null;
    }

    /// <summary>The decisions do not depend on where the clock began.</summary>
    public static string? IgnoresTheOrigin(BucketShape shape, Func<BucketShape, Acquire> create, IReadOnlyList<Ask> asks)
    {
        var expected = Decide(shape with { Origin = 0 });
        foreach (var origin in new[] { -1, long.MinValue, long.MaxValue, long.MaxValue - (shape.Interval * 3), -asks[asks.Count / 2].Offset })
        {
            var decisions = Decide(shape with { Origin = origin });
            var different = decisions.Zip(expected).ToList().FindIndex(pair => pair.First != pair.Second);
            if (different >= 0)
                return $"origin {origin}: {decisions[different]} at {asks[different]}, from zero {expected[different]}";
        }

        return null;

        List<Decision> Decide(BucketShape shifted)
        {
            var acquire = create(shifted);
            return [.. asks.Select(ask => acquire(ask.Permits, unchecked(shifted.Origin + ask.Offset)))];
        }
    }

    private static long Accrued(BucketShape shape, long ticks) =>
        (long)(ticks * (BigInteger)shape.Permits * TimeSpan.TicksPerSecond / ((BigInteger)shape.PeriodTicks * shape.Frequency));
}
