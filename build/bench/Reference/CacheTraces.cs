namespace Assay.Bench.Reference;

/// <summary>Requests for keys, two million of them, and what the yardsticks make of them. Seeded: the same on every machine.</summary>
internal sealed class CacheTrace(string name, Func<int[]> make)
{
    private const int Requests = 2_000_000;
    private const int Keys = 100_000;

    private readonly Lazy<int[]> _keys = new(make);

    public static readonly IReadOnlyList<CacheTrace> All =
    [
        new("Zipf 0.7", () => Zipf(1, 0.7)),
        new("Zipf 0.9", () => Zipf(2, 0.9)),
        new("Zipf 1.0", () => Zipf(3, 1.0)),
        new("Zipf 0.9 + 1/3 scans", Scans),
        new("Zipf 1.0, reshuffled 8 times", Reshuffled),
        new("loop of 12000", () => [.. Enumerable.Range(0, Requests).Select(i => i % 12_000)]),
        new("drifting recency", Drifting),
    ];

    public string Name => name;

    public int[] Sequence => _keys.Value;

    /// <summary>Hits in percent of a cache that evicts what was used longest ago.</summary>
    public double Lru(int capacity)
    {
        var (hits, cache) = (0, new PlainLru<int, int>(capacity));
        foreach (var key in _keys.Value)
        {
            if (cache.TryGet(key, out _))
                hits++;
            else
                cache.Set(key, key);
        }

        return 100.0 * hits / Requests;
    }

    /// <summary>Hits in percent of a cache that holds the keys asked for most, known in advance; each must be loaded once.</summary>
    public double PerfectLfu(int capacity) =>
        100.0 * (_keys.Value.CountBy(key => key).Select(pair => pair.Value).OrderDescending().Take(capacity).Sum() - capacity) / Requests;

    /// <summary>Hits in percent of a cache that knows the future (Belady 1966).</summary>
    public double Optimal(int capacity)
    {
        var keys = _keys.Value;
        var (next, seen) = (new int[keys.Length], new Dictionary<int, int>());
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            next[i] = seen.GetValueOrDefault(keys[i], int.MaxValue);
            seen[keys[i]] = i;
        }

        var (hits, held, latest) = (0, new Dictionary<int, int>(), new PriorityQueue<int, int>());
        for (var i = 0; i < keys.Length; i++)
        {
            hits += held.ContainsKey(keys[i]) ? 1 : 0;
            held[keys[i]] = next[i];
            latest.Enqueue(keys[i], -next[i]);
            while (held.Count > capacity && latest.TryDequeue(out var key, out var date))
            {
                if (held.TryGetValue(key, out var when) && when == -date)
                    held.Remove(key);
            }
        }

        return 100.0 * hits / Requests;
    }

    public static int[] Zipf(int seed, double exponent, int requests = Requests, int keys = Keys)
    {
        var (random, sums) = (new Random(seed), new double[keys]);
        for (var i = 0; i < keys; i++)
            sums[i] = (i == 0 ? 0 : sums[i - 1]) + (1 / Math.Pow(i + 1, exponent));
        return [.. Enumerable.Range(0, requests).Select(_ => Rank(random.NextDouble() * sums[^1]))];

        int Rank(double sum)
        {
            var found = Array.BinarySearch(sums, sum);
            return found >= 0 ? found : ~found;
        }
    }

    private static int[] Scans()
    {
        var random = new Random(5);
        return [.. Zipf(4, 0.9).Select((key, i) => random.Next(3) == 0 ? 10_000_000 + i : key)];
    }

    private static int[] Reshuffled()
    {
        var orders = Enumerable.Range(0, 8).Select(seed => Shuffled(new Random(seed))).ToList();
        return [.. Zipf(6, 1.0).Select((key, i) => orders[i / (Requests / 8)][key])];

        static int[] Shuffled(Random random)
        {
            int[] keys = [.. Enumerable.Range(0, Keys)];
            random.Shuffle(keys);
            return keys;
        }
    }

    // A key appears every twenty requests, and is asked for less and less: at an exponential distance of 4000 keys from the newest.
    private static int[] Drifting()
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, Requests).Select(i => (i / 20) + (int)(4000 * Math.Log(1 - random.NextDouble())))];
    }
}

/// <summary>The cache everybody writes: a lock, a dictionary and a linked list.</summary>
internal sealed class PlainLru<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _map = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = [];

    public bool TryGet(TKey key, out TValue? value)
    {
        lock (_gate)
        {
            if (_map.TryGetValue(key, out var node))
            {
                _order.Remove(node);
                _order.AddFirst(node);
                value = node.Value.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public void Set(TKey key, TValue value)
    {
        lock (_gate)
        {
            if (_map.Remove(key, out var node))
                _order.Remove(node);
            if (_map.Count == capacity)
            {
                _map.Remove(_order.Last!.Value.Key);
                _order.RemoveLast();
            }

            _map[key] = _order.AddFirst((key, value));
        }
    }
}
