using Assay.Reference.RateLimiting;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>A limit over time: how it is made, and its definition, as slow and plain as can be.</summary>
/// <param name="Name">The algorithm.</param>
/// <param name="Create">Makes one on a clock that stands at the shape's origin.</param>
/// <param name="Used">The permits that count at an instant, from all grants before it.</param>
/// <param name="Bound">The most permits within any window of the shape's length.</param>
public sealed record LimitKind(
    string Name, Func<BucketShape, PermitLimit> Create, Func<BucketShape, IReadOnlyList<Ask>, long, long> Used, Func<BucketShape, long> Bound)
{
    public override string ToString() => Name;
}

/// <summary>Every limit over time; the tests of the contract run on each.</summary>
internal static class AllLimits
{
    public const int Segments = 4;

    public static readonly LimitKind[] Kinds =
    [
        new("token bucket", shape => shape.Create(), TokensMissing, shape => shape.Capacity + shape.Permits),
        new("fixed window", shape => new FixedWindow(shape.Capacity, shape.Period, shape.Clock()),
            (shape, grants, now) => Sum(grants, grant => grant.Offset / shape.Window == now / shape.Window), shape => 2L * shape.Capacity),
        new("sliding log", shape => new SlidingLog(shape.Capacity, shape.Period, shape.Clock()),
            (shape, grants, now) => Sum(grants, grant => now - grant.Offset < shape.Window), shape => shape.Capacity),
        new("sliding counter", shape => new SlidingCounter(shape.Capacity, shape.Period, Segments, shape.Clock()),
            (shape, grants, now) => Sum(grants, grant => (now / Segment(shape)) - (grant.Offset / Segment(shape)) <= Segments), shape => shape.Capacity),
    ];

    private static long Segment(BucketShape shape) => (shape.Window + Segments - 1) / Segments;

    private static long Sum(IEnumerable<Ask> grants, Func<Ask, bool> counts) => grants.Where(counts).Sum(grant => (long)grant.Permits);

    private static long TokensMissing(BucketShape shape, IReadOnlyList<Ask> grants, long now)
    {
        var full = 0L;
        foreach (var grant in grants)
            full = Math.Max(full, grant.Offset) + (grant.Permits * shape.Interval);
        return (Math.Max(0, full - now) + shape.Interval - 1) / shape.Interval;
    }
}
