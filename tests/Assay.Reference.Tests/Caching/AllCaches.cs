using Assay.Reference.Caching;
using Assay.Reference.Tests.Mutants.Caches;

namespace Assay.Reference.Tests.Caching;

/// <summary>How the caches under test and the bad ones are made.</summary>
internal static class AllCaches
{
    public static readonly IReadOnlyDictionary<string, Func<CacheOptions<int, int>, ICache<int, int>>> Mutants =
        new Dictionary<string, Func<CacheOptions<int, int>, ICache<int, int>>>
        {
            [nameof(FirstInFirstOut)] = options => new FirstInFirstOut(options),
            [nameof(DropsTheNewItem)] = options => new DropsTheNewItem(options),
            [nameof(EmptiesAtTheLimit)] = options => new EmptiesAtTheLimit(options),
            [nameof(OneTooMany)] = options => new OneTooMany(options),
            [nameof(CountsDownTwice)] = options => new CountsDownTwice(options),
            [nameof(AliveAtItsExpiry)] = options => new AliveAtItsExpiry(options),
            [nameof(OverflowingExpiry)] = options => new OverflowingExpiry(options),
            [nameof(WallClockExpiry)] = options => new WallClockExpiry(options),
            [nameof(ReportsTwice)] = options => new ReportsTwice(options),
            [nameof(PlainCache)] = options => new PlainCache(options),
            [nameof(StoresOutOfDate)] = options => new StoresOutOfDate(options),
            [nameof(FirstCallersToken)] = options => new FirstCallersToken(options),
            [nameof(KeepsFailures)] = options => new KeepsFailures(options),
            [nameof(LeaksTheKey)] = options => new LeaksTheKey(options),
        };

    public static readonly IReadOnlyDictionary<string, Func<CacheOptions<int, int>, BoundedCache<int, int>>> Real =
        new Dictionary<string, Func<CacheOptions<int, int>, BoundedCache<int, int>>>
        {
            ["exact"] = Lru,
            ["scalable"] = options => new ScalableCache<int, int>(options),
        };

    public static TheoryData<string> Names => [.. Real.Keys];

    public static BoundedCache<int, int> Lru(CacheOptions<int, int> options) => new LruTtlCache<int, int>(options);
}
