using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>
/// The best possible cache as a witness: whoever has more hits holds more than it may. The rates themselves are deterministic.
/// </summary>
public sealed class HitRateTests
{
    private const int Capacity = 100;

    public static TheoryData<string> TraceNames => Traces.Names;

    [Theory]
    [MemberData(nameof(TraceNames))]
    public void No_cache_beats_the_one_that_knows_the_future(string trace)
    {
        var keys = Traces.All[trace];
        var best = Traces.OptimalHits(keys, Capacity);
        foreach (var (kind, create) in AllCaches.Real)
        {
            var hits = Traces.Hits(create(Options()), keys);
            Assert.True(hits <= best, $"{kind}: {hits} of at most {best}");
        }
    }

    [Fact]
    public void A_cache_that_holds_one_too_many_is_caught()
    {
        var keys = Traces.All["loop of one too many"];
        var hits = Traces.Hits(AllCaches.Mutants[nameof(OneTooMany)](Options()), keys);
        Assert.True(hits > Traces.OptimalHits(keys, Capacity), $"{hits}");
    }

    [Theory]
    [MemberData(nameof(TraceNames))]
    public void The_scalable_cache_has_hardly_fewer_hits_than_the_exact_one(string trace)
    {
        var keys = Traces.All[trace];
        var exact = Traces.Hits(new LruTtlCache<int, int>(Capacity), keys);
        var scalable = Traces.Hits(new ScalableCache<int, int>(Capacity), keys);
        Assert.True(scalable >= exact - (keys.Length / 100), $"{scalable} against {exact}");
    }

    [Fact]
    public void The_scalable_cache_withstands_loops_and_scans_and_the_exact_one_does_not()
    {
        Assert.Equal(0, Hits(new LruTtlCache<int, int>(Capacity), "loop"));
        Assert.InRange(Hits(new ScalableCache<int, int>(Capacity), "loop"), 20_000, 34_000);
        var gain = Hits(new ScalableCache<int, int>(Capacity), "zipf and scans") - Hits(new LruTtlCache<int, int>(Capacity), "zipf and scans");
        Assert.True(gain > 2_000, $"{gain}");

        static int Hits(ICache<int, int> cache, string trace) => Traces.Hits(cache, Traces.All[trace]);
    }

    private static CacheOptions<int, int> Options() => new() { Capacity = Capacity, Clock = new ManualClock() };
}
