using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Caching;

/// <summary>
/// What all caches here share: capacity by weight, times to live, loads one at a time for a key, and reports of what left. How entries
/// are read and which of them make room is up to the derived type.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public abstract partial class BoundedCache<TKey, TValue> : ICache<TKey, TValue>, IObservedCache, IDisposable
    where TKey : notnull
{
    private readonly CacheOptions<TKey, TValue> _options;
    private readonly Lifetime _lifetime;
    private readonly ITimer? _cleanup;

    // Everything below is guarded by Gate. No user code runs inside it but the comparer and the clock.
    private readonly FlightTable<TKey, TValue> _flights;
    private long _misses;
    private long _staleHits;
    private long _loads;
    private long _failedLoads;
    private bool _isDisposed;

    // Callbacks run outside of the lock, so it is counted by itself.
    private long _failedCallbacks;

    private protected BoundedCache(CacheOptions<TKey, TValue> options, IEvictionPolicy policy, TimeProvider defaultClock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validated();
        Time = new CacheTime(_options.Clock ?? defaultClock);
        _lifetime = LifetimeOf(_options.Terms);
        _refreshAhead = Time.Units(_options.Loads.RefreshAhead) ?? -1;
        _retryAfter = Time.Units(_options.Loads.RetryAfter);
        var staleFor = Time.Units(_options.Loads.StaleFor);
        Store = new EntryStore<TKey, TValue>(_options.Comparer, policy, _options.Capacity, staleFor);
        _flights = new FlightTable<TKey, TValue>(_options.Comparer);
        _cleanup = _options.CleanupInterval is { } interval ? CleanupTimer(interval) : null;
    }

    /// <summary>What the metrics call it.</summary>
    public string Name => _options.Name;

    /// <summary>The most weight held.</summary>
    public long Capacity => _options.Capacity;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            using (Gate.Enter())
                return Store.Table.Count;
        }
    }

    /// <summary>The weight held; never above <see cref="Capacity"/>.</summary>
    public long Weight
    {
        get
        {
            using (Gate.Enter())
                return Store.Weight;
        }
    }

    /// <summary>What it has done so far.</summary>
    public CacheStatistics Statistics
    {
        get
        {
            using (Gate.Enter())
            {
                return new CacheStatistics(
                    Hits, _misses + LockFreeMisses, _staleHits, _loads, _failedLoads, Store.Evictions, Store.Expirations,
                    Interlocked.Read(ref _failedCallbacks));
            }
        }
    }

    // Guards the store and the flights. One lock for both: whether a load's value is stored is decided in the same step as its storing.
    private protected BriefLock Gate { get; } = new();

    private protected EntryStore<TKey, TValue> Store { get; }

    private protected CacheTime Time { get; }

    private protected abstract long Hits { get; }

    private protected virtual long LockFreeMisses => 0;

    private protected bool ReportsRemovals => _options.Removed is not null;

    /// <inheritdoc/>
    public abstract bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException"><see cref="CacheOptions{TKey, TValue}.Weigh"/> answered zero or less.</exception>
    /// <exception cref="ObjectDisposedException">The cache is disposed.</exception>
    public bool Set(TKey key, TValue value, EntryTerms? terms = null)
    {
        var hash = Store.Table.HashOf(key);
        var lifetime = LifetimeOf(terms);
        var weight = WeightOf(key, value);
        var removals = new Removals<TKey, TValue>(ReportsRemovals);
        bool isStored;
        using (Gate.Enter())
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            // A load that began before this value was written knows nothing of it.
            _flights.Detach(key);
            // Reading the clock would take longer than all the rest.
            var now = Store.NeedsTime(lifetime) ? Time.Advance() : 0;
            isStored = Store.Put(key, hash, value, lifetime, weight, now, ref removals);
        }

        Report(removals);
        return isStored;
    }

    /// <inheritdoc/>
    public bool TryRemove(TKey key, [MaybeNullWhen(false)] out TValue value) => TryRemove(key, default!, isConditional: false, out value);

    /// <summary>Removes a key if it has this value, by the type's own equality. Otherwise nothing changes.</summary>
    /// <param name="item">The key and the value it must have.</param>
    /// <returns>Whether it was removed.</returns>
    public bool TryRemove(KeyValuePair<TKey, TValue> item) => TryRemove(item.Key, item.Value, isConditional: true, out _);

    /// <inheritdoc/>
    public void Clear() => Clear(disposes: false);

    /// <summary>Removes what has expired. Stores do so as well; a timer does when the options say so.</summary>
    public void RemoveExpired()
    {
        var removals = new Removals<TKey, TValue>(ReportsRemovals);
        using (Gate.Enter())
            Store.RemoveExpired(Time.Advance(), ref removals);
        Report(removals);
    }

    /// <summary>Removes everything and refuses what is to be stored from now on. Loads that have begun still answer their callers.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes.</summary>
    /// <param name="disposing">Whether it was disposed, rather than finalized.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _cleanup?.Dispose();
        Clear(disposes: true);
    }

    // Reads a fresh entry and counts the hit; a miss is counted only if told to. Answers the units of time left, Never without an end.
    private protected abstract bool TryRead(TKey key, uint hash, bool countsMiss, [MaybeNullWhen(false)] out TValue value, out long left);

    // A hit that was found under the lock.
    private protected abstract void CountHit();

    private protected void CountMiss() => _misses++;

    // Tells the callback of what left. Outside of the lock.
    private protected void Report(in Removals<TKey, TValue> removals)
    {
        if (removals.IsEmpty)
            return;
        foreach (var (key, value, cause) in removals.All)
        {
            try
            {
                _options.Removed!(key, value, cause);
            }
            catch (Exception failure)
            {
                // Whoever reads or writes the cache is not to blame for it, and the others are still to be told.
                Interlocked.Increment(ref _failedCallbacks);
                _options.CallbackFailed?.Invoke(failure);
            }
        }
    }

    private bool TryRemove(TKey key, TValue expected, bool isConditional, [MaybeNullWhen(false)] out TValue value)
    {
        var hash = Store.Table.HashOf(key);
        var removals = new Removals<TKey, TValue>(ReportsRemovals);
        bool wasFresh;
        using (Gate.Enter())
        {
            var slot = Store.Table.Find(key, hash);
            value = slot >= 0 ? Store.Table.At(slot).Value : default;
            wasFresh = slot >= 0 && Store.IsFresh(slot, Time.Advance());
            // Compared under the lock that removes: no other value can have come between.
            if (isConditional && !(wasFresh && EqualityComparer<TValue>.Default.Equals(value, expected)))
                return false;
            _flights.Detach(key);
            if (slot >= 0)
                Store.Remove(slot, wasFresh ? RemovalCause.Removed : RemovalCause.Expired, ref removals);
        }

        Report(removals);
        value = wasFresh ? value : default;
        return wasFresh;
    }

    private void Clear(bool disposes)
    {
        var removals = new Removals<TKey, TValue>(ReportsRemovals);
        using (Gate.Enter())
        {
            _isDisposed |= disposes;
            _flights.DetachAll();
            Store.Clear(ref removals);
        }

        Report(removals);
    }

    private Lifetime LifetimeOf(EntryTerms? terms)
    {
        if (terms is not { } own)
            return _lifetime;
        own.Validate(nameof(terms));
        return new Lifetime(Time.Units(own.TimeToLive) ?? CacheTime.Never, Time.Units(own.IdleTimeout) ?? CacheTime.Never);
    }

    private long WeightOf(TKey key, TValue value)
    {
        if (_options.Weigh is not { } weigh)
            return 1;
        var weight = weigh(key, value);
        // Entries without weight would be without number.
        return weight > 0 ? weight : throw new InvalidOperationException($"Weights are positive, but Weigh answered {weight}.");
    }

    // The timer does not keep a forgotten cache alive.
    private ITimer CleanupTimer(TimeSpan interval) => Time.Clock.CreateTimer(
        static state =>
        {
            if (((WeakReference<BoundedCache<TKey, TValue>>)state!).TryGetTarget(out var cache))
                cache.RemoveExpired();
        },
        new WeakReference<BoundedCache<TKey, TValue>>(this),
        interval,
        interval);
}
