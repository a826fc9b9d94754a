using Contract = Assay.Contracts;

namespace Assay.Reference.Caching;

/// <summary>The contract of the exercise on the reference's exact cache.</summary>
public sealed class ReferenceCache : Contract.ICache, IDisposable
{
    private readonly LruTtlCache<string, string> _cache;

    public ReferenceCache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        TimeSpan? life = timeToLive == TimeSpan.MaxValue ? null : timeToLive;
        _cache = new LruTtlCache<string, string>(new CacheOptions<string, string>
        {
            Capacity = capacity, Terms = new EntryTerms(life), Comparer = StringComparer.Ordinal, Clock = clock,
            Removed = evicted is null ? null : (key, value, cause) => Tell(evicted, key, value, cause),
        });
    }

    public string? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _cache.TryGet(key, out var value) ? value : null;
    }

    public void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        _cache.Set(key, value);
    }

    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _cache.TryRemove(key, out _);
    }

    public int Count()
    {
        _cache.RemoveExpired();
        return _cache.Count;
    }

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        return _cache.GetOrAddAsync(key, (wanted, token) => new ValueTask<string>(loader(wanted, token)), cancellationToken).AsTask();
    }

    public Contract.CacheCounts Counts()
    {
        var statistics = _cache.Statistics;
        return new Contract.CacheCounts(statistics.Hits, statistics.Misses, statistics.Evictions);
    }

    public void Dispose() => _cache.Dispose();

    private static void Tell(Action<string, string> evicted, string key, string value, RemovalCause cause)
    {
        if (cause == RemovalCause.Evicted)
            evicted(key, value);
    }
}
