using Assay.Reference.Tests.Mutants;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>A long run of a window limit, judged in a million windows that begin anywhere.</summary>
public sealed class MillionWindowTests
{
    private const int Requests = 400_000;
    private const int Windows = 1_000_000;

    // Ten milliseconds of a clock of 100 ns: the mutants' segments are whole ticks.
    private static readonly BucketShape s_shape = new(50, 1, 100_000, 10_000_000);

    [Theory]
    [InlineData("sliding log")]
    [InlineData("sliding counter")]
    public void No_window_of_a_million_holds_more_than_the_limit(string name)
    {
        var limit = AllLimits.Kinds.Single(kind => kind.Name == name).Create(s_shape);
        var (most, grants) = Fullest(limit.TryAcquire, seed: 1);
        // Equal, not below: the traffic is such that the limit is what holds it back.
        Assert.Equal(s_shape.Capacity, most);
        Assert.InRange(grants, Requests / 20, Requests);
    }

    [Fact]
    public void Counters_that_forget_early_are_caught_by_the_windows_as_well()
    {
        Assert.True(Fullest(Mutants.Windows.CounterOfTooFewSegments(s_shape), seed: 1).Most > s_shape.Capacity);
        Assert.True(Fullest(Mutants.Windows.FixedWindowForAnyWindow(s_shape), seed: 1).Most > s_shape.Capacity);
    }

    /// <summary>The permits in the fullest window met, and the grants there were.</summary>
    private static (long Most, int Grants) Fullest(Acquire acquire, int seed)
    {
        var random = new Random(seed);
        var (at, sums, now, latest) = (new List<long>(), new List<long> { 0 }, 0L, 0L);
        for (var i = 0; i < Requests; i++)
        {
            // Bursts, traffic about the limit, and pauses longer than a window.
            now += random.Next(100) switch { < 60 => random.Next(3), < 99 => random.Next(4_000), _ => random.Next(150_000) };
            // A thread that was held up tells a time from the past. What it is granted counts from the latest that was told.
            var told = random.Next(10) == 0 ? Math.Max(0, now - random.Next(60_000)) : now;
            latest = Math.Max(latest, told);
            var permits = random.Next(1, 6);
            if (!acquire(permits, unchecked(s_shape.Origin + told)).IsAllowed)
                continue;
            at.Add(latest);
            sums.Add(sums[^1] + permits);
        }

        var most = 0L;
        for (var i = 0; i < Windows; i++)
        {
            // Half of them begin at a grant, where a window that is too full begins if there is one.
            var from = i % 2 == 0 ? at[random.Next(at.Count)] : random.NextInt64(now);
            most = Math.Max(most, sums[FirstFrom(at, from + s_shape.Window)] - sums[FirstFrom(at, from)]);
        }

        return (most, at.Count);
    }

    // The number of grants before the instant.
    private static int FirstFrom(List<long> at, long instant)
    {
        var (low, high) = (0, at.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = at[middle] < instant ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
