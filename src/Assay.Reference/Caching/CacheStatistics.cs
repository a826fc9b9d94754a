namespace Assay.Reference.Caching;

/// <summary>What a cache has done so far.</summary>
/// <param name="Hits">Requests answered by a value that had not expired.</param>
/// <param name="Misses">Requests that found none, whether or not they then loaded one.</param>
/// <param name="StaleHits">Requests answered by an expired value, because loading a new one failed or took too long.</param>
/// <param name="Loads">Factories run to the end.</param>
/// <param name="FailedLoads">Those of them that threw or ran out of time.</param>
/// <param name="Evictions">Entries that made room for others.</param>
/// <param name="Expirations">Entries removed because their time was over.</param>
/// <param name="FailedCallbacks">Removal callbacks that threw.</param>
public readonly record struct CacheStatistics(
    long Hits, long Misses, long StaleHits, long Loads, long FailedLoads, long Evictions, long Expirations, long FailedCallbacks)
{
    /// <summary>Hits a request, between 0 and 1; 0 without requests. Stale hits are requests and no hits.</summary>
    public double HitRate => Hits == 0 ? 0 : (double)Hits / (Hits + Misses);
}
