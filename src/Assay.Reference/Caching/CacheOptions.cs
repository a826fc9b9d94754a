namespace Assay.Reference.Caching;

/// <summary>How a cache behaves. Copied at construction: later changes have no effect.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public sealed record CacheOptions<TKey, TValue>
    where TKey : notnull
{
    /// <summary>What the metrics call the cache.</summary>
    public string Name { get; set; } = "cache";

    /// <summary>The most weight held; entries when <see cref="Weigh"/> is null. Positive.</summary>
    public long Capacity { get; set; } = 1024;

    /// <summary>
    /// The weight of an entry, asked once, outside of any lock, before it is stored; positive. One for each entry when null. What it
    /// throws reaches whoever stores. A value that is heavier than <see cref="Capacity"/> is handed out, but not stored.
    /// </summary>
    public Func<TKey, TValue, long>? Weigh { get; set; }

    /// <summary>How long entries live that are stored without terms of their own.</summary>
    public EntryTerms Terms { get; set; }

    /// <summary>When two keys are one; the type's own equality when null. It must not call the cache.</summary>
    public IEqualityComparer<TKey>? Comparer { get; set; }

    /// <summary>
    /// Told once of each value that left, after it left, outside of any lock, on the thread that caused it; it may call the cache.
    /// Values that were never stored are not reported. The place to dispose values: see <see cref="SharedValue{T}"/>.
    /// </summary>
    public Action<TKey, TValue, RemovalCause>? Removed { get; set; }

    /// <summary>Told what <see cref="Removed"/> threw, which reaches nobody else. It must not throw.</summary>
    public Action<Exception>? CallbackFailed { get; set; }

    /// <summary>How loads behave.</summary>
    public LoadOptions Loads { get; set; } = new();

    /// <summary>
    /// How often a timer removes expired entries; never when null. Expired values are never handed out either way, and each store
    /// removes those that have expired before it evicts others: the timer is for caches that are seldom written.
    /// </summary>
    public TimeSpan? CleanupInterval { get; set; }

    /// <summary>The source of timestamps and timers; the system's when null. Its wall clock is never read.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>What is wrong with the options.</summary>
    /// <returns>A sentence for each mistake; none when they are fine.</returns>
    public IEnumerable<string> Mistakes()
    {
        if (string.IsNullOrEmpty(Name))
            yield return "Name must not be empty.";
        if (Capacity <= 0)
            yield return $"Capacity must be positive, not {Capacity}.";
        if (Terms.TimeToLive <= TimeSpan.Zero || Terms.IdleTimeout <= TimeSpan.Zero)
            yield return $"Terms must have positive times, not {Terms}.";
        if (CleanupInterval <= TimeSpan.Zero || CleanupInterval > LoadOptions.LongestTimer)
            yield return $"CleanupInterval must be positive and at most {LoadOptions.LongestTimer}, not {CleanupInterval}.";
        foreach (var mistake in Loads.Mistakes())
            yield return mistake;
        if (Loads.RefreshAhead >= Terms.TimeToLive)
            yield return "Loads.RefreshAhead must be shorter than Terms.TimeToLive.";
    }

    internal CacheOptions<TKey, TValue> Validated()
    {
        var mistakes = string.Join(' ', Mistakes());
        return mistakes.Length == 0 ? this with { Loads = Loads with { } } : throw new ArgumentException(mistakes, "options");
    }
}
