using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests;

/// <summary>The coarse clock: for the system's time only, and with a bound that names its step.</summary>
public sealed class CoarseClockTests
{
    // A permit a microsecond, on a clock of nanoseconds that is told in steps of ten microseconds.
    private const long Step = 10_000;
    private static readonly BucketShape Shape = new(3, 1, 10, 1_000_000_000);

    [Fact]
    public void Only_the_systems_clock_is_replaced()
    {
        var manual = new ManualClock();
        Assert.Same(manual, CoarseClock.Of(manual));
        var coarse = CoarseClock.Of(TimeProvider.System);
        Assert.Same(coarse, CoarseClock.Of(TimeProvider.System));
        Assert.Same(coarse, CoarseClock.Of(coarse));
        Assert.Equal(1000, coarse.TimestampFrequency);
        Assert.Throws<ArgumentNullException>(() => CoarseClock.Of(null!));
    }

    [Fact]
    public void It_tells_the_systems_ticks_and_a_limit_on_it_works()
    {
        var coarse = CoarseClock.Of(TimeProvider.System);
        var before = Environment.TickCount64;
        Assert.InRange(coarse.GetTimestamp(), before, Environment.TickCount64);
        var bucket = new TokenBucket(2, 1, TimeSpan.FromDays(1), coarse);
        Assert.Equal((true, true, false), (bucket.TryAcquire().IsAllowed, bucket.TryAcquire().IsAllowed, bucket.TryAcquire().IsAllowed));
        Assert.InRange(bucket.ToTimeSpan(bucket.TryAcquire().RetryAfterTicks), TimeSpan.FromHours(23), TimeSpan.FromDays(1));
    }

    [Fact]
    public void A_bucket_on_a_clock_of_steps_grants_what_fits_into_a_span_longer_by_one_step()
    {
        Assert.Null(FirstViolation(Step));
        // And the step is needed: without it the bound does not hold.
        Assert.NotNull(FirstViolation(0));
    }

    private static string? FirstViolation(long slack) => Enumerable.Range(0, 40).Select(seed =>
    {
        var bucket = Shape.Create();
        var grants = Scenario.Draw(Shape, seed, 300, backwards: false).Where(ask => ask.Permits > 0)
            .Where(ask => bucket.TryAcquire(ask.Permits, ask.Offset / Step * Step).IsAllowed).ToList();
        for (var from = 0; from < grants.Count; from++)
        {
            var sum = 0L;
            for (var to = from; to < grants.Count; to++)
            {
                sum += grants[to].Permits;
                var bound = Shape.Capacity + ((grants[to].Offset - grants[from].Offset + slack) / Shape.Interval);
                if (sum > bound)
                    return $"seed {seed}: {sum} permits in [{grants[from].Offset}, {grants[to].Offset}], bound {bound}";
            }
        }

        return null;
    }).FirstOrDefault(violation => violation is not null);
}
