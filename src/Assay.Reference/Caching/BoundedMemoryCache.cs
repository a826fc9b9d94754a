using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Caching.Memory;

namespace Assay.Reference.Caching;

/// <summary>
/// A bounded cache as an <see cref="IMemoryCache"/>, for code that takes one: the new entry is always taken in and the one that makes room
/// leaves within the call, and its size never drifts.
/// </summary>
/// <remarks>
/// <para>What the contract cannot have here: <c>GetOrCreate</c> asks, makes and stores in three steps, so callers at once each make the value
/// (take <see cref="ICache{TKey, TValue}.GetOrAdd"/> for one load at a time), and entries that are never to be removed make room like others,
/// because the capacity is never exceeded.</para>
/// <para>Eviction callbacks run before the call that removed the entry returns, outside of all locks. What they throw reaches nobody, as in
/// <see cref="CacheOptions{TKey, TValue}.Removed"/>, and is counted. Entries made while another is made are not linked to it.</para>
/// </remarks>
public sealed class BoundedMemoryCache : IMemoryCache, IObservedCache
{
    private readonly BoundedCache<object, MemoryEntry> _entries;
    private readonly TimeProvider _clock;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="capacity">The most weight held: the sum of the entries' sizes, of which none counts for less than one. Positive.</param>
    /// <param name="policy">Which entry makes room.</param>
    /// <param name="clock">The source of timestamps, and of the instant that absolute expirations are compared with; the system's when null.</param>
    /// <param name="name">What the metrics call it.</param>
    /// <exception cref="ArgumentException">The capacity is not positive, the policy unknown or the name empty.</exception>
    public BoundedMemoryCache(long capacity, CachePolicy policy = CachePolicy.ExactLru, TimeProvider? clock = null, string name = "memory")
    {
        if (!Enum.IsDefined(policy))
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "Exact or scalable.");
        _clock = clock ?? TimeProvider.System;
        var options = new CacheOptions<object, MemoryEntry>
        {
            Name = name,
            Capacity = capacity,
            Clock = clock,
            Weigh = static (_, entry) => Math.Max(1, entry.Size ?? 1),
            Removed = static (_, entry, cause) => entry.Leave(ReasonOf(cause)),
        };
        _entries = policy == CachePolicy.ExactLru ? new LruTtlCache<object, MemoryEntry>(options) : new ScalableCache<object, MemoryEntry>(options);
    }

    /// <inheritdoc/>
    public string Name => _entries.Name;

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public long Weight => _entries.Weight;

    /// <inheritdoc/>
    public CacheStatistics Statistics => _entries.Statistics;

    /// <inheritdoc/>
    public bool TryGetValue(object key, out object? value)
    {
        if (_entries.TryGet(key, out var entry))
        {
            if (!entry.HasChanged)
            {
                value = entry.Value;
                return true;
            }

            RemoveChanged(entry);
        }

        value = null;
        return false;
    }

    /// <summary>Makes an entry, which is stored when it is disposed if it was given a value by then.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The entry.</returns>
    public ICacheEntry CreateEntry(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new MemoryEntry(key, Store, RemoveChanged);
    }

    /// <inheritdoc/>
    public void Remove(object key) => _entries.TryRemove(key, out _);

    /// <inheritdoc/>
    public MemoryCacheStatistics GetCurrentStatistics()
    {
        var now = Statistics;
        return new MemoryCacheStatistics
        {
            CurrentEntryCount = Count,
            CurrentEstimatedSize = Weight,
            TotalHits = now.Hits,
            TotalMisses = now.Misses,
        };
    }

    /// <summary>Removes everything and refuses what is to be stored from now on.</summary>
    public void Dispose() => _entries.Dispose();

    private void Store(MemoryEntry entry)
    {
        if (entry.HasChanged || !TryTermsOf(entry, out var terms))
        {
            _entries.TryRemove(entry.Key, out _);
            entry.Leave(entry.HasChanged ? EvictionReason.TokenExpired : EvictionReason.Expired);
            return;
        }

        if (!_entries.Set(entry.Key, entry, terms))
        {
            entry.Leave(EvictionReason.Capacity);
            return;
        }

        // Once it is in: a token that changed meanwhile finds it.
        entry.Watch();
    }

    // Only this entry: a younger one may have its key by now.
    private void RemoveChanged(MemoryEntry entry)
    {
        entry.BlameToken();
        _entries.TryRemove(new KeyValuePair<object, MemoryEntry>(entry.Key, entry));
    }

    // The sooner of the two absolute ends; false when it has come.
    private bool TryTermsOf(MemoryEntry entry, [NotNullWhen(true)] out EntryTerms? terms)
    {
        var life = entry.AbsoluteExpirationRelativeToNow;
        if (entry.AbsoluteExpiration is { } instant)
        {
            // The only reading of the wall clock: the instant was given as one.
            var rest = instant - _clock.GetUtcNow();
            life = life is { } other && other < rest ? other : rest;
        }

        terms = life <= TimeSpan.Zero ? null : new EntryTerms(life, entry.SlidingExpiration);
        return terms is not null;
    }

    private static EvictionReason ReasonOf(RemovalCause cause) => cause switch
    {
        RemovalCause.Evicted => EvictionReason.Capacity,
        RemovalCause.Expired => EvictionReason.Expired,
        RemovalCause.Replaced => EvictionReason.Replaced,
        _ => EvictionReason.Removed,
    };
}
