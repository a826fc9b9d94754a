using System.Collections.Concurrent;
using Assay.Reference.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace Assay.Bench.Reference;

/// <summary>
/// The caches against the dictionary, the naive LRU and MemoryCache; Zipf 0.99 over 8192 keys, all resident for hits. Every hit looks at the
/// value it got: the compiler would leave out what a dictionary does to hand it over, were it not asked for.
/// </summary>
internal sealed class CacheBench : IComponentBench
{
    private const int Keys = 8192;
    private const int Mask = (1 << 16) - 1;
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly int[] s_hits = CacheTrace.Zipf(11, 0.99, Mask + 1, Keys);

    // One key in twenty is resident.
    private static readonly int[] s_misses = CacheTrace.Zipf(12, 0.9, Mask + 1, 20 * Keys);

    public string Component => "Caches";

    public IEnumerable<BenchCase> Cases() =>
    [
        new TimedCase("scalable: hit", "ConcurrentDictionary", Goal.AtMost(1.5, 0), Scalable(null), Dictionary),
        new TimedCase("scalable: hit, 2 threads", "ConcurrentDictionary", Goal.AtMost(1.5, 0), Scalable(null), Dictionary, 2),
        new TimedCase("scalable: hit", "MemoryCache", Goal.AtMost(0.125, 0), Scalable(null), Memory),
        new TimedCase("scalable: hit, time to live", "ConcurrentDictionary + coarse clock", Goal.AtMost(1.1, 0), Scalable(s_hour), DictionaryAndClock),
        new TimedCase("scalable: hit, time to live, 2 threads", "ConcurrentDictionary + coarse clock", null, Scalable(s_hour), DictionaryAndClock, 2),
        new TimedCase("exact: hit", "lock + Dictionary + LinkedList", Goal.AtMost(0.5, 0), Exact(null), Plain),
        new TimedCase("exact: hit, 2 threads", "lock + Dictionary + LinkedList", Goal.AtMost(0.5, 0), Exact(null), Plain, 2),
        new TimedCase("exact: hit, time to live, precise clock", "lock + Dictionary + LinkedList", null, Exact(s_hour), Plain),
        new TimedCase("exact: get or set with evictions", "lock + Dictionary + LinkedList", Goal.AtMost(0.6, 0), ExactMisses, PlainMisses),
        new TimedCase("scalable: get or set with evictions", "lock + Dictionary + LinkedList", Goal.Bytes(0), ScalableMisses, PlainMisses),
        new TimedCase("exact: get or set with evictions", "MemoryCache with SizeLimit", null, ExactMisses, MemoryMisses),
        new TimedCase("exact: overwrite", "lock + Dictionary + LinkedList", Goal.Bytes(0), () => Sets(new LruTtlCache<int, object>(Keys)), PlainSets),
        new TimedCase("scalable: overwrite", "ConcurrentDictionary", Goal.Bytes(0), () => Sets(new ScalableCache<int, object>(Keys)), DictionarySets),
        new TimedCase("scalable: overwrite, 100,000 times to live", "scalable: overwrite, none of which ends", Goal.Bytes(0), () => ManySets(ends: true), () => ManySets(ends: false)),
    ];

    private static Func<Work> Scalable(TimeSpan? life) => () =>
    {
        var cache = Filled(new ScalableCache<int, object>(2 * Keys, life));
        return operations =>
        {
            var hits = 0;
            for (var i = 0; i < operations; i++)
                hits += cache.TryGet(s_hits[i & Mask], out var value) && value == s_hits ? 1 : 0;
            All(hits, operations);
        };
    };

    private static Func<Work> Exact(TimeSpan? life) => () =>
    {
        var cache = Filled(new LruTtlCache<int, object>(2 * Keys, life));
        return operations =>
        {
            var hits = 0;
            for (var i = 0; i < operations; i++)
                hits += cache.TryGet(s_hits[i & Mask], out var value) && value == s_hits ? 1 : 0;
            All(hits, operations);
        };
    };

    private static Work Dictionary()
    {
        var cache = FilledDictionary();
        return operations =>
        {
            var hits = 0;
            for (var i = 0; i < operations; i++)
                hits += cache.TryGetValue(s_hits[i & Mask], out var value) && value == s_hits ? 1 : 0;
            All(hits, operations);
        };
    }

    private static Work DictionaryAndClock()
    {
        var cache = FilledDictionary();
        return operations =>
        {
            var hits = 0;
            for (var i = 0; i < operations; i++)
                hits += cache.TryGetValue(s_hits[i & Mask], out var value) && value == s_hits && Environment.TickCount64 > 0 ? 1 : 0;
            All(hits, operations);
        };
    }

    private static Work Plain()
    {
        var cache = new PlainLru<int, object>(2 * Keys);
        for (var key = 0; key < Keys; key++)
            cache.Set(key, s_hits);
        return operations =>
        {
            var hits = 0;
            for (var i = 0; i < operations; i++)
                hits += cache.TryGet(s_hits[i & Mask], out var value) && value == s_hits ? 1 : 0;
            All(hits, operations);
        };
    }

    private static Work Memory()
    {
        var (cache, keys) = (new MemoryCache(new MemoryCacheOptions()), Boxed(Keys));
        foreach (var key in keys)
            cache.Set(key, (object)s_hits);
        return operations =>
        {
            var hits = 0;
            for (var i = 0; i < operations; i++)
                hits += cache.TryGetValue(keys[s_hits[i & Mask]], out var value) && value == s_hits ? 1 : 0;
            All(hits, operations);
        };
    }

    private static Work ExactMisses() => Misses(new LruTtlCache<int, object>(Keys));

    private static Work ScalableMisses() => Misses(new ScalableCache<int, object>(Keys));

    private static Work Misses(BoundedCache<int, object> cache) => operations =>
    {
        for (var i = 0; i < operations; i++)
        {
            if (!cache.TryGet(s_misses[i & Mask], out _))
                cache.Set(s_misses[i & Mask], s_misses);
        }
    };

    private static Work PlainMisses()
    {
        var cache = new PlainLru<int, object>(Keys);
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                if (!cache.TryGet(s_misses[i & Mask], out _))
                    cache.Set(s_misses[i & Mask], s_misses);
            }
        };
    }

    private static Work MemoryMisses()
    {
        var (cache, keys) = (new MemoryCache(new MemoryCacheOptions { SizeLimit = Keys }), Boxed(20 * Keys));
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                var key = keys[s_misses[i & Mask]];
                if (!cache.TryGetValue(key, out _))
                    cache.Set(key, (object)s_misses, new MemoryCacheEntryOptions { Size = 1 });
            }
        };
    }

    private static Work Sets(BoundedCache<int, object> cache) => operations =>
    {
        for (var i = 0; i < operations; i++)
            cache.Set(s_hits[i & Mask], s_hits);
    };

    // Ends anywhere within a day, moved by each overwrite to anywhere else.
    private static Work ManySets(bool ends)
    {
        const int Entries = 100_000;
        var random = new Random(13);
        var terms = Enumerable.Range(0, Mask + 1).Select(_ => new EntryTerms(ends ? TimeSpan.FromMilliseconds(random.Next(3_600_000, 86_400_000)) : null)).ToArray();
        var (cache, next) = (new ScalableCache<int, object>(Entries), 0);
        for (var key = 0; key < Entries; key++)
            cache.Set(key, s_hits, terms[key & Mask]);
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                next = (next + 7919) % Entries;
                cache.Set(next, s_hits, terms[(next + i) & Mask]);
            }
        };
    }

    private static Work PlainSets()
    {
        var cache = new PlainLru<int, object>(Keys);
        return operations =>
        {
            for (var i = 0; i < operations; i++)
                cache.Set(s_hits[i & Mask], s_hits);
        };
    }

    private static Work DictionarySets()
    {
        var cache = FilledDictionary();
        return operations =>
        {
            for (var i = 0; i < operations; i++)
                cache[s_hits[i & Mask]] = s_hits;
        };
    }

    private static TCache Filled<TCache>(TCache cache)
        where TCache : BoundedCache<int, object>
    {
        for (var key = 0; key < Keys; key++)
            cache.Set(key, s_hits);
        return cache;
    }

    private static ConcurrentDictionary<int, object> FilledDictionary() =>
        new(Enumerable.Range(0, Keys).Select(key => KeyValuePair.Create(key, (object)s_hits)));

    private static object[] Boxed(int count) => [.. Enumerable.Range(0, count).Select(key => (object)key)];

    // The work was done, and the compiler could not leave it out.
    private static void All(int done, int expected)
    {
        if (done != expected)
            throw new InvalidOperationException($"{done} of {expected} were hits.");
    }
}
