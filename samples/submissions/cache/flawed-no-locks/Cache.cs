using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>Right for one thread that does one thing at a time.</summary>
public sealed class Cache : ICache
{
    private readonly Dictionary<string, (string Value, long SetAt)> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _byUse = [];
    private readonly int _capacity;
    private readonly long _timeToLive;
    private readonly Action<string, string>? _evicted;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private CacheCounts _counts;

    public Cache(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        (_capacity, _timeToLive, _evicted, _clock, _start) = (capacity, timeToLive.Ticks, evicted, clock, clock.GetTimestamp());
    }

    public string? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        DropExpired();
        if (!_entries.TryGetValue(key, out var entry))
        {
            _counts = _counts with { Misses = _counts.Misses + 1 };
            return null;
        }

        _counts = _counts with { Hits = _counts.Hits + 1 };
        _byUse.Remove(key);
        _byUse.Add(key);
        return entry.Value;
    }

    public void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        DropExpired();
        _byUse.Remove(key);
        if (!_entries.ContainsKey(key) && _entries.Count == _capacity)
            Evict(_byUse[0]);
        _entries[key] = (value, Now);
        _byUse.Add(key);
    }

    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        DropExpired();
        _byUse.Remove(key);
        return _entries.Remove(key);
    }

    public int Count()
    {
        DropExpired();
        return _entries.Count;
    }

    public CacheCounts Counts()
    {
        return _counts;
    }

    public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(loader);
        return LoadAsync(key, loader, cancellationToken);
    }

    private async Task<string> LoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
    {
        if (Get(key) is { } known)
            return known;
        var value = await loader(key, cancellationToken).ConfigureAwait(false);
        Set(key, value);
        return value;
    }

    private void Evict(string key)
    {
        var gone = _entries[key].Value;
        _entries.Remove(key);
        _byUse.Remove(key);
        _counts = _counts with { Evictions = _counts.Evictions + 1 };
        _evicted?.Invoke(key, gone);
    }

    private void DropExpired()
    {
        foreach (var key in _entries.Where(entry => Now - entry.Value.SetAt >= _timeToLive).Select(entry => entry.Key).ToList())
        {
            _entries.Remove(key);
            _byUse.Remove(key);
        }
    }

    private long Now => _clock.GetElapsedTime(_start).Ticks;
}
