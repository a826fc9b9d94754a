public sealed class TtlCache<TKey, TValue>(TimeProvider clock, TimeSpan life) where TKey : notnull
{
    private readonly Dictionary<TKey, (TValue Value, long Until)> _entries = [];
    private readonly Lock _gate = new();
    private int _hits;
    private int _misses;

    public int Hits { get { lock (_gate) return _hits; } }
    public int Misses { get { lock (_gate) return _misses; } }

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> load)
    {
        ArgumentNullException.ThrowIfNull(load);
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.Until > clock.GetTimestamp())
            {
                _hits++;
                return entry.Value;
            }

            _misses++;
            var made = load(key);
            _entries[key] = (made, clock.GetTimestamp() + (long)(life.TotalSeconds * clock.TimestampFrequency));
            return made;
        }
    }

    public bool Remove(TKey key)
    {
        lock (_gate)
            return _entries.Remove(key);
    }

    [Invariant]
    public bool CountsAddUp() => _hits >= 0 && _misses >= _entries.Count;
}

public sealed class TtlCacheBad<TKey, TValue>(TimeProvider clock, TimeSpan life) where TKey : notnull
{
    private readonly Dictionary<TKey, (TValue Value, long Until)> _entries = [];
    private readonly Lock _gate = new();
    private int _misses;

    public int Misses => _misses;

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> load)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.Until > clock.GetTimestamp())
                return entry.Value;
        }

        _misses++;
        var made = load(key);
        lock (_gate)
            _entries[key] = (made, clock.GetTimestamp() + (long)(life.TotalSeconds * clock.TimestampFrequency));
        return made;
    }
}
