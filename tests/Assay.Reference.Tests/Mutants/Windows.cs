using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.RateLimiting;

namespace Assay.Reference.Tests.Mutants;

/// <summary>Window limits as they are met in the wild. For shapes with a whole number of ticks a segment.</summary>
internal static class Windows
{
    /// <summary>H-RL-11: S segments, so that the part of the oldest that is still inside the window is forgotten.</summary>
    public static Acquire CounterOfTooFewSegments(BucketShape shape) => Segments(shape, AllLimits.Segments);

    /// <summary>H-RL-11: a window that starts afresh, where any window was promised.</summary>
    public static Acquire FixedWindowForAnyWindow(BucketShape shape) => Segments(shape, 1);

    /// <summary>H-RL-12: the length of the window instead of what is left of it.</summary>
    public static Acquire WholeWindowRetryAfter(BucketShape shape)
    {
        var window = new FixedWindow(shape.Capacity, shape.Period, shape.Clock());
        return (permits, now) => window.TryAcquire(permits, now) is { IsAllowed: false } rejected
            ? rejected with { RetryAfterTicks = shape.Window }
            : new Decision(true, 0, 0);
    }

    private static Acquire Segments(BucketShape shape, int segments)
    {
        var (counts, current) = (new Dictionary<long, int>(), 0L);
        return (permits, now) =>
        {
            current = Math.Max(current, (now - shape.Origin) / (shape.Window / segments));
            var used = Enumerable.Range(0, segments).Sum(back => counts.GetValueOrDefault(current - back));
            if (used + Math.Max(1, permits) > shape.Capacity)
                return new Decision(false, 1, 0);
            counts[current] = counts.GetValueOrDefault(current) + permits;
            return new Decision(true, 0, shape.Capacity - used - permits);
        };
    }
}
