using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// A limit for each key, made on first use and dropped by <see cref="Sweep"/> once all its permits are available again, so that nobody
/// can tell a dropped limit from a kept one. Bounded in keys. Safe for concurrent use.
/// </summary>
/// <typeparam name="TKey">The key, such as a tenant. Long keys are kept whole: hash or bound what strangers choose.</typeparam>
public sealed class KeyedLimit<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Cell> _cells;
    private readonly Func<TKey, PermitLimit> _create;
    private readonly int _maxKeys;

    // The cells in the dictionary or about to be. Reserved before a cell is added, so that racing newcomers cannot exceed the bound.
    private int _count;

    /// <summary>Creates it without keys.</summary>
    /// <param name="create">Makes the limit of a new key. It may run for a key more than once; one result is used.</param>
    /// <param name="maxKeys">The most keys at once; a request for one more is rejected until a sweep has made room.</param>
    /// <param name="comparer">When two keys are one; the type's own equality when null. Names of tenants are often case-insensitive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxKeys"/> is not positive.</exception>
    public KeyedLimit(Func<TKey, PermitLimit> create, int maxKeys, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxKeys);
        (_create, _maxKeys) = (create, maxKeys);
        _cells = new ConcurrentDictionary<TKey, Cell>(comparer);
    }

    /// <summary>The keys whose state is kept.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes permits of a key's limit if they are available now.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many; zero is a probe.</param>
    /// <returns>The decision; with <see cref="PermitLimit.UnknownTicks"/> to retry when there is no room for the key.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative or more than the limit's capacity.</exception>
    public Decision TryAcquire(TKey key, int permits = 1)
    {
        while (TryGetCell(key, out var cell))
        {
            lock (cell.Gate)
            {
                // A cell that was swept between the look-up and here is no longer the key's: taking from it would take from nobody.
                if (!cell.IsRetired)
                    return cell.Limit.TryAcquire(permits);
            }
        }

        return new Decision(false, PermitLimit.UnknownTicks, 0);
    }

    /// <summary>Drops the limits whose permits are all available. Call it now and then, from one timer.</summary>
    /// <returns>How many were dropped.</returns>
    public int Sweep()
    {
        var dropped = 0;
        foreach (var (key, cell) in _cells)
        {
            lock (cell.Gate)
            {
                // Retired and removed in one step: between the two nobody can take from it.
                if (cell.IsRetired || cell.Limit.IdleTicks(cell.Limit.Clock.GetTimestamp()) is null)
                    continue;
                cell.IsRetired = true;
                _cells.TryRemove(new KeyValuePair<TKey, Cell>(key, cell));
                Interlocked.Decrement(ref _count);
                dropped++;
            }
        }

        return dropped;
    }

    private bool TryGetCell(TKey key, [NotNullWhen(true)] out Cell? cell)
    {
        if (_cells.TryGetValue(key, out cell))
            return true;
        // Before anything is made: a flood of strange keys costs no memory.
        if (Count >= _maxKeys)
            return false;
        // Made before the place is reserved: a factory that throws then leaves nothing to give back.
        var made = new Cell(Made(key));
        if (Interlocked.Increment(ref _count) <= _maxKeys)
        {
            cell = _cells.GetOrAdd(key, made);
            if (ReferenceEquals(cell, made))
                return true;
        }

        // No room, or another request was faster.
        Interlocked.Decrement(ref _count);
        return cell is not null;
    }

    private PermitLimit Made(TKey key)
    {
        var limit = _create(key);
        if (limit.ReturnsPermits)
            throw new InvalidOperationException("Permits that are held must be returned to a limit that is not dropped: use a limit over time.");
        return limit;
    }

    private sealed class Cell(PermitLimit limit)
    {
        // Guards retirement against a request that has found the cell already.
        public readonly Lock Gate = new();

        public PermitLimit Limit => limit;

        public bool IsRetired { get; set; }
    }
}
