using Assay.Reference.Caching;

namespace Assay.Bench.Reference;

/// <summary>The hits of the scalable cache, in percent of requests, against an LRU, the best possible cache, and others' figures.</summary>
internal sealed class HitRateBench : IComponentBench
{
    private static readonly int[] s_capacities = [1000, 5000, 10_000];

    // BitFaster's ConcurrentLfu (W-TinyLFU) on traces of the same kind, measured where its package could be had.
    private static readonly Dictionary<(string, int), double> s_windowTinyLfu = new()
    {
        [("Zipf 0.7", 1000)] = 19.01, [("Zipf 0.7", 5000)] = 34.67, [("Zipf 0.7", 10_000)] = 44.58,
        [("Zipf 0.9", 1000)] = 43.29, [("Zipf 0.9", 5000)] = 60.25, [("Zipf 0.9", 10_000)] = 67.63,
        [("Zipf 1.0", 1000)] = 59.21, [("Zipf 1.0", 5000)] = 72.10, [("Zipf 1.0", 10_000)] = 78.66,
        [("Zipf 0.9 + 1/3 scans", 5000)] = 38.42, [("Zipf 1.0, reshuffled 8 times", 5000)] = 68.01,
        [("loop of 12000", 5000)] = 37.15, [("loop of 12000", 10_000)] = 79.38,
    };

    // Within 2.5 points of the hit rate that is possible without knowing the future.
    private static readonly Dictionary<(string, int), double> s_nearPerfectLfu = new()
    {
        [("Zipf 0.7", 1000)] = 0.89, [("Zipf 0.7", 5000)] = 0.94, [("Zipf 0.7", 10_000)] = 0.95,
        [("Zipf 0.9", 1000)] = 0.95, [("Zipf 0.9", 5000)] = 0.96, [("Zipf 0.9", 10_000)] = 0.96,
        [("Zipf 1.0", 1000)] = 0.96, [("Zipf 1.0", 5000)] = 0.97, [("Zipf 1.0", 10_000)] = 0.97,
    };

    private readonly Dictionary<(CacheTrace, int), double> _rates = [];

    public string Component => "Cache hit rates";

    public IEnumerable<BenchCase> Cases() => CacheTrace.All.SelectMany(trace => s_capacities.SelectMany(capacity => Cases(trace, capacity)));

    private IEnumerable<BenchCase> Cases(CacheTrace trace, int capacity)
    {
        // Above one is impossible, and would mean that the cache holds more than it may.
        yield return Case(trace, capacity, "the best possible (Belady)", Goal.AtMost(1), () => trace.Optimal(capacity));
        if (!trace.Name.StartsWith("loop", StringComparison.Ordinal))
            yield return Case(trace, capacity, "LRU", Goal.AtLeast(0.99), () => trace.Lru(capacity));
        if (s_nearPerfectLfu.TryGetValue((trace.Name, capacity), out var near))
            yield return Case(trace, capacity, "perfect LFU", Goal.AtLeast(near), () => trace.PerfectLfu(capacity));
        if (s_windowTinyLfu.TryGetValue((trace.Name, capacity), out var known))
            yield return Case(trace, capacity, "W-TinyLFU of BitFaster, a constant", Goal.AtLeast(1), () => known);
    }

    private FigureCase Case(CacheTrace trace, int capacity, string anchor, Goal goal, Func<double> theirs) =>
        new($"{trace.Name}, {capacity} entries", anchor, goal, "%", _ => (Rate(trace, capacity), theirs(), 0));

    private double Rate(CacheTrace trace, int capacity)
    {
        if (_rates.TryGetValue((trace, capacity), out var known))
            return known;
        var (hits, cache) = (0, new ScalableCache<int, int>(capacity));
        foreach (var key in trace.Sequence)
        {
            if (cache.TryGet(key, out _))
                hits++;
            else
                cache.Set(key, key);
        }

        return _rates[(trace, capacity)] = 100.0 * hits / trace.Sequence.Length;
    }
}
