using System.Diagnostics.Metrics;

namespace Assay.Reference.Caching;

/// <summary>What the metrics of a cache are read from.</summary>
public interface IObservedCache
{
    /// <summary>The value of the tag <c>cache.name</c>.</summary>
    string Name { get; }

    /// <summary>The entries held.</summary>
    int Count { get; }

    /// <summary>The weight held.</summary>
    long Weight { get; }

    /// <summary>What it has done so far.</summary>
    CacheStatistics Statistics { get; }
}

/// <summary>
/// Publishes caches as a meter, in the shape of .NET's own <c>dotnet.cache.*</c>: observable, so that nothing is spent until somebody
/// listens, and never with a key as a tag.
/// </summary>
public sealed class CacheMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Assay.Reference.Caching";

    private readonly Meter _meter;

    // Guards the list. Not held while caches are read, which take their own locks.
    private readonly Lock _gate = new();

    // Weak: who forgets a cache is not to find it kept alive by its metrics.
    private readonly List<WeakReference<IObservedCache>> _caches = [];

    /// <summary>Creates the meter.</summary>
    /// <param name="factory">Makes it; a meter of its own when null.</param>
    public CacheMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _meter.CreateObservableCounter("assay.cache.requests", () => Read(Requests), "{request}", "Requests by what they met.");
        _meter.CreateObservableCounter("assay.cache.evictions", () => Read(Evictions), "{entry}", "Entries removed to make room, or because their time was over.");
        _meter.CreateObservableCounter("assay.cache.loads", () => Read(Loads), "{load}", "Factories run to the end.");
        _meter.CreateObservableUpDownCounter("assay.cache.entries", () => Read(cache => [Of<long>(cache.Count, cache)]), "{entry}", "Entries held.");
        _meter.CreateObservableUpDownCounter("assay.cache.estimated_size", () => Read(cache => [Of(cache.Weight, cache)]), "{weight}", "Weight held.");
    }

    /// <summary>Publishes a cache for as long as somebody else keeps it.</summary>
    /// <param name="cache">The cache.</param>
    public void Add(IObservedCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        lock (_gate)
        {
            _caches.RemoveAll(known => !known.TryGetTarget(out _));
            _caches.Add(new WeakReference<IObservedCache>(cache));
        }
    }

    /// <summary>Ends the publication.</summary>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Requests(IObservedCache cache)
    {
        var statistics = cache.Statistics;
        yield return Of(statistics.Hits, cache, "cache.request.type", "hit");
        yield return Of(statistics.Misses - statistics.StaleHits, cache, "cache.request.type", "miss");
        yield return Of(statistics.StaleHits, cache, "cache.request.type", "stale");
    }

    private static IEnumerable<Measurement<long>> Evictions(IObservedCache cache)
    {
        var statistics = cache.Statistics;
        yield return Of(statistics.Evictions, cache, "cache.eviction.reason", "capacity");
        yield return Of(statistics.Expirations, cache, "cache.eviction.reason", "expired");
    }

    private static IEnumerable<Measurement<long>> Loads(IObservedCache cache)
    {
        var statistics = cache.Statistics;
        yield return Of(statistics.Loads - statistics.FailedLoads, cache, "cache.load.result", "success");
        yield return Of(statistics.FailedLoads, cache, "cache.load.result", "failure");
    }

    private static Measurement<T> Of<T>(T value, IObservedCache cache)
        where T : struct => new(value, new KeyValuePair<string, object?>("cache.name", cache.Name));

    private static Measurement<long> Of(long value, IObservedCache cache, string tag, string text) =>
        new(value, new KeyValuePair<string, object?>("cache.name", cache.Name), new KeyValuePair<string, object?>(tag, text));

    private List<Measurement<long>> Read(Func<IObservedCache, IEnumerable<Measurement<long>>> measure)
    {
        List<IObservedCache> caches = [];
        lock (_gate)
        {
            foreach (var known in _caches)
            {
                if (known.TryGetTarget(out var cache))
                    caches.Add(cache);
            }
        }

        return [.. caches.SelectMany(measure)];
    }
}
