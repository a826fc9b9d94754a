using Assay.Reference.Caching;

namespace Assay.Reference.Tests.Caching;

/// <summary>Sequences of keys, and the most hits that any cache can have on them.</summary>
internal static class Traces
{
    public static readonly IReadOnlyDictionary<string, int[]> All = new Dictionary<string, int[]>
    {
        ["zipf"] = Zipf(seed: 1, keys: 2_000, requests: 40_000),
        ["zipf and scans"] = [.. Zipf(seed: 2, keys: 2_000, requests: 40_000).Select((key, i) => i % 3 == 0 ? 1_000_000 + i : key)],
        ["loop"] = [.. Enumerable.Range(0, 40_000).Select(i => i % 120)],
        ["loop of one too many"] = [.. Enumerable.Range(0, 40_000).Select(i => i % 101)],
        ["drift"] = Drift(seed: 3, requests: 40_000),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static int Hits(ICache<int, int> cache, int[] trace)
    {
        var hits = 0;
        foreach (var key in trace)
        {
            if (cache.TryGet(key, out _))
                hits++;
            else
                cache.Set(key, key);
        }

        return hits;
    }

    /// <summary>The hits of a cache that knows the future (Belady 1966): it evicts what is asked for last, and more is impossible.</summary>
    public static int OptimalHits(int[] trace, int capacity)
    {
        var next = new int[trace.Length];
        var seen = new Dictionary<int, int>();
        for (var i = trace.Length - 1; i >= 0; i--)
        {
            next[i] = seen.GetValueOrDefault(trace[i], int.MaxValue);
            seen[trace[i]] = i;
        }

        var (hits, held, latest) = (0, new Dictionary<int, int>(), new PriorityQueue<int, int>());
        for (var i = 0; i < trace.Length; i++)
        {
            hits += held.ContainsKey(trace[i]) ? 1 : 0;
            held[trace[i]] = next[i];
            latest.Enqueue(trace[i], -next[i]);
            // What was asked for since it was queued stands in the queue once more, with a later date.
            while (held.Count > capacity && latest.TryDequeue(out var key, out var date))
            {
                if (held.TryGetValue(key, out var when) && when == -date)
                    held.Remove(key);
            }
        }

        return hits;
    }

    private static int[] Zipf(int seed, int keys, int requests)
    {
        var random = new Random(seed);
        var sums = new double[keys];
        for (var i = 0; i < keys; i++)
            sums[i] = (i == 0 ? 0 : sums[i - 1]) + (1.0 / Math.Pow(i + 1, 0.9));
        return [.. Enumerable.Range(0, requests).Select(_ => Rank(random.NextDouble() * sums[^1]))];

        int Rank(double sum)
        {
            var found = Array.BinarySearch(sums, sum);
            return found >= 0 ? found : ~found;
        }
    }

    private static int[] Drift(int seed, int requests)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, requests).Select(i => (i / 20) + (int)(80 * Math.Log(1 - random.NextDouble())))];
    }
}
