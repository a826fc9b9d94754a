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
        };

    public static ICache<int, int> Lru(CacheOptions<int, int> options) => new LruTtlCache<int, int>(options);
}
