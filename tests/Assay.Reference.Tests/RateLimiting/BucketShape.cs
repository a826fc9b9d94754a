using Assay.Reference.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>The parameters of a bucket and the clock it is tested on.</summary>
public sealed record BucketShape(int Capacity, int Permits, long PeriodTicks, long Frequency, long Origin = 0)
{
    public static readonly BucketShape[] All =
    [
        new(1, 1, TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond),
        new(10, 10, TimeSpan.TicksPerSecond, 1_000_000_000),
        new(3, 7, TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond, long.MaxValue - 12_345),
        new(5, 3, 2_000, 1_000_000_000, long.MinValue),
        new(100, 1_000_003, TimeSpan.TicksPerSecond, 1_000_000_000, -77),
        new(20, 50_000_000, TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond, long.MaxValue),
        new(2, 1, TimeSpan.TicksPerDay, 24_000_000),
    ];

    public TimeSpan Period => TimeSpan.FromTicks(PeriodTicks);

    /// <summary>Clock ticks a permit, rounded up.</summary>
    public long Interval => (long)((PeriodTicks * (Int128)Frequency / TimeSpan.TicksPerSecond + Permits - 1) / Permits);

    /// <summary>Clock ticks a period, rounded up.</summary>
    public long Window => (long)(((PeriodTicks * (Int128)Frequency) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);

    public ManualClock Clock() => new(timestamp: Origin, timestampFrequency: Frequency);

    public TokenBucket Create() => new(Capacity, Permits, Period, Clock());
}

/// <summary>A request of a scenario: so many ticks after the origin, so many permits.</summary>
public readonly record struct Ask(long Offset, int Permits);

/// <summary>What the properties are asked of: the bucket or one of its mutants.</summary>
public delegate Decision Acquire(int permits, long timestamp);

/// <summary>Requests drawn from a seed: bursts, steps shorter than a permit, waits of many permits, long idleness.</summary>
internal static class Scenario
{
    public static List<Ask> Draw(BucketShape shape, int seed, int length, bool backwards)
    {
        var random = new Random(seed);
        var (asks, now) = (new List<Ask>(), 0L);
        for (var i = 0; i < length; i++)
        {
            now += random.Next(10) switch
            {
                < 4 => 0,
                < 7 => random.NextInt64(shape.Interval + 1),
                7 => random.NextInt64(1, 4),
                8 => shape.Interval * random.Next(1, shape.Capacity + 2),
                _ => backwards ? -random.NextInt64(shape.Interval * shape.Capacity * 2 + 1) : shape.Interval * 1000L,
            };
            asks.Add(new Ask(now, random.Next(4) == 0 ? random.Next(shape.Capacity + 1) : 1));
        }

        return asks;
    }
}
