using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Caching;

/// <summary>
/// The loads whose values will be stored, one for a key. A load that is not in here any more, because its key was written or removed
/// meanwhile or all was cleared, still ends its callers' waits, but what it brings is out of date. Guarded by its cache's lock.
/// </summary>
internal sealed class FlightTable<TKey, TValue>(IEqualityComparer<TKey>? comparer)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Flight<TKey, TValue>> _flights = new(comparer);

    public int Count => _flights.Count;

    public bool TryGet(TKey key, [NotNullWhen(true)] out Flight<TKey, TValue>? flight) => _flights.TryGetValue(key, out flight);

    /// <summary>Adds a load for a key that has none.</summary>
    public void Add(Flight<TKey, TValue> flight) => _flights.Add(flight.Key, flight);

    /// <summary>Makes the key's load one whose value is not stored.</summary>
    public void Detach(TKey key)
    {
        // Nearly always there are none, and then the key need not be hashed again.
        if (_flights.Count > 0)
            _flights.Remove(key);
    }

    public void DetachAll() => _flights.Clear();

    /// <summary>Takes a load out if it is still the key's.</summary>
    /// <returns>Whether its value is to be stored.</returns>
    public bool Finish(Flight<TKey, TValue> flight) =>
        // By identity: the key may have a younger load by now.
        _flights.TryGetValue(flight.Key, out var current) && ReferenceEquals(current, flight) && _flights.Remove(flight.Key);
}
