using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;

namespace Assay.Reference.Tests.Caching;

/// <summary>The exact cache against its definition, in seeded scenarios: answers, order, weights, times and what left, at every step.</summary>
public sealed class LruTtlCacheTests
{
    private const int Steps = 2_000;

    private static readonly EntryTerms ThreeTicks = new(TimeSpan.FromTicks(3));

    [Fact]
    public void Order_and_departures_are_exact() => AssertExact(seed => new CacheScenario(seed));

    [Fact]
    public void Times_to_live_are_exact() => AssertExact(seed => new CacheScenario(seed) { HasTime = true, Terms = ThreeTicks });

    [Fact]
    public void Terms_of_single_entries_are_exact() =>
        AssertExact(seed => new CacheScenario(seed) { HasTime = true, Terms = ThreeTicks, VariesTerms = true });

    [Fact]
    public void Weights_are_exact() => AssertExact(seed => new CacheScenario(seed) { Capacity = 9, Weigh = Heavy, HasTime = true, VariesTerms = true });

    [Theory]
    [InlineData(nameof(FirstInFirstOut))]
    [InlineData(nameof(DropsTheNewItem))]
    [InlineData(nameof(EmptiesAtTheLimit))]
    [InlineData(nameof(OneTooMany))]
    [InlineData(nameof(ReportsTwice))]
    public void Wrong_orders_and_reports_are_caught(string mutant) =>
        Assert.NotNull(new CacheScenario(seed: 1).FirstDifference(AllCaches.Mutants[mutant], Steps));

    [Theory]
    [InlineData(nameof(AliveAtItsExpiry))]
    [InlineData(nameof(OverflowingExpiry))]
    public void Wrong_times_are_caught(string mutant)
    {
        var terms = mutant == nameof(OverflowingExpiry) ? new EntryTerms(TimeSpan.MaxValue) : ThreeTicks;
        Assert.NotNull(new CacheScenario(seed: 1) { HasTime = true, Terms = terms }.FirstDifference(AllCaches.Mutants[mutant], Steps));
    }

    [Fact]
    public void Weights_counted_down_twice_are_caught() => Assert.NotNull(
        new CacheScenario(seed: 1) { Capacity = 9, Weigh = Heavy }.FirstDifference(AllCaches.Mutants[nameof(CountsDownTwice)], Steps));

    private static long Heavy(int key, int value) => 1 + ((key + value) % 10);

    private static void AssertExact(Func<int, CacheScenario> scenario)
    {
        for (var seed = 0; seed < 20; seed++)
            Assert.Null(scenario(seed).FirstDifference(AllCaches.Lru, Steps));
    }
}
