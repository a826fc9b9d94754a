using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// A state for each key, made on first use, bounded in keys, and dropped by a sweep once it can be retired: a state that nobody could
/// tell from a new one. Safe for concurrent use.
/// </summary>
internal sealed class BoundedKeys<TKey, TState>
    where TKey : notnull
    where TState : class
{
    private readonly ConcurrentDictionary<TKey, TState> _states;
    // How new states are made. Changed under the lock that new states are added under, so that none of the old kind is added after a change.
    private readonly Lock _adding = new();
    private volatile Func<TKey, TState> _create;
    private readonly Func<TState, bool> _tryRetire;
    private readonly int _maxKeys;

    // The states in the dictionary or about to be. Reserved before a state is added, so that racing newcomers cannot exceed the bound.
    private int _count;

    public BoundedKeys(Func<TKey, TState> create, Func<TState, bool> tryRetire, int maxKeys, IEqualityComparer<TKey>? comparer)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxKeys);
        (_create, _tryRetire, _maxKeys) = (create, tryRetire, maxKeys);
        _states = new ConcurrentDictionary<TKey, TState>(comparer);
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>A new state of the key, which is not kept.</summary>
    public TState Make(TKey key) => _create(key);

    /// <summary>
    /// Makes new states in another way from now on, and lets the caller change those there are. It is given each with one made in the new
    /// way, all of them at once; when it throws, nothing has changed. No state is added meanwhile.
    /// </summary>
    public void Change(Func<TKey, TState> create, Action<List<(TState State, TState Terms)>> change)
    {
        var made = new Dictionary<TKey, TState>(_states.Comparer);
        while (true)
        {
            // Outside of the lock, because others' code runs here; again for the keys that were new meanwhile.
            foreach (var (key, _) in _states)
            {
                if (!made.ContainsKey(key))
                    made.Add(key, create(key));
            }

            lock (_adding)
            {
                var states = _states.ToArray();
                if (!states.All(one => made.ContainsKey(one.Key)))
                    continue;
                change([.. states.Select(one => (one.Value, made[one.Key]))]);
                _create = create;
                return;
            }
        }
    }

    /// <summary>The state of the key if there is one.</summary>
    public bool TryFind(TKey key, [NotNullWhen(true)] out TState? state) => _states.TryGetValue(key, out state);

    /// <summary>The state of the key, made now if need be; none when there is no room for another key.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TState? state) => _states.TryGetValue(key, out state) || TryMake(key, out state);

    /// <summary>Removes a state found retired. A request does that too, so that none ever waits for a sweep that was held up.</summary>
    public void Forget(TKey key, TState retired)
    {
        // The pair: by now another state may stand in its place. Whoever removes it counts.
        if (_states.TryRemove(new KeyValuePair<TKey, TState>(key, retired)))
            Interlocked.Decrement(ref _count);
    }

    /// <summary>Retires and removes what can be; answers how many.</summary>
    public int Sweep()
    {
        var dropped = 0;
        foreach (var (key, state) in _states)
        {
            if (!_tryRetire(state))
                continue;
            Forget(key, state);
            dropped++;
        }

        return dropped;
    }

    private bool TryMake(TKey key, [NotNullWhen(true)] out TState? state)
    {
        state = null;
        // Before anything is made: a flood of strange keys costs no memory.
        if (Count >= _maxKeys)
            return false;
        while (true)
        {
            // Made before the place is reserved: a factory that throws then leaves nothing to give back.
            var create = _create;
            var made = create(key);
            lock (_adding)
            {
                if (create == _create)
                    return TryAdd(key, made, out state);
            }
        }
    }

    private bool TryAdd(TKey key, TState made, out TState? state)
    {
        state = null;
        if (Interlocked.Increment(ref _count) <= _maxKeys)
        {
            state = _states.GetOrAdd(key, made);
            if (ReferenceEquals(state, made))
                return true;
        }

        // No room, or another request was faster.
        Interlocked.Decrement(ref _count);
        return state is not null;
    }
}
