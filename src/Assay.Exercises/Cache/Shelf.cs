using System.Collections.Concurrent;
using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>A candidate's cache beside a model of it: every call goes to both, and the answers must be the same.</summary>
internal sealed class Shelf
{
    private readonly Trial _trial;

    // The least recently used comes first.
    private readonly List<(string Key, string Value, TimeSpan ExpiresAt)> _entries = [];
    private TimeSpan _now;
    private CacheCounts _counts;
    private int _made;

    // What the cache has told of, and what it should have; null when nobody listens.
    private readonly BlockingCollection<(string Key, string Value)>? _told;
    private readonly Queue<(string Key, string Value)> _evicted = new();

    public Shelf(Trial trial, int capacity, TimeSpan timeToLive, Action<string, string>? evicted = null)
    {
        (_trial, Capacity, TimeToLive) = (trial, capacity, timeToLive);
        _told = evicted is null ? null : [];
        Cache = trial.Create<ICache>(capacity, timeToLive, evicted is null ? null : (Action<string, string>)Told);

        void Told(string key, string value)
        {
            _told!.Add((key, value));
            evicted(key, value);
        }
    }

    public ICache Cache { get; }

    public int Capacity { get; }

    public TimeSpan TimeToLive { get; }

    /// <summary>What the cache must have counted so far.</summary>
    public CacheCounts Counts => _counts;

    public IReadOnlyList<string> Keys => [.. _entries.Select(entry => entry.Key)];

    /// <summary>A few entries that live for minutes.</summary>
    /// <param name="trial">The check.</param>
    /// <param name="evicted">Is told of evictions after they are noted; null when nobody listens.</param>
    public static Shelf New(Trial trial, Action<string, string>? evicted = null) =>
        new(trial, trial.Random.Next(3, 9), TimeSpan.FromTicks(trial.Random.NextInt64(600_000_000, 6_000_000_000)), evicted);

    /// <summary>A key that nobody could know.</summary>
    public string Key() => $"k{_made++}-{_trial.Random.Next():x}";

    public string Value() => $"v{_made++}-{_trial.Random.Next():x}";

    public void Advance(TimeSpan by)
    {
        _now += by;
        _trial.Advance(by);
        _entries.RemoveAll(entry => entry.ExpiresAt <= _now);
    }

    public void Set(string key) => Set(key, Value());

    public void Set(string key, string value)
    {
        Store(key, value);
        Cache.Set(key, value);
        if (_told is not null)
            _trial.True(_told.Count >= _evicted.Count, $"the evictions told by the time at which Set({key}) returns", $"{_evicted.Count}", $"{_told.Count}");
    }

    /// <summary>Sets as many new keys as there is room.</summary>
    public string[] Fill()
    {
        string[] keys = [.. Enumerable.Range(0, Capacity).Select(_ => Key())];
        foreach (var key in keys)
            Set(key);
        return keys;
    }

    public void Get(string key, string when)
    {
        var expected = Use(key);
        _trial.Equal(expected, Cache.Get(key), $"Get({key}) {when}");
    }

    public void Remove(string key, string when)
    {
        var expected = _entries.RemoveAll(entry => entry.Key == key) > 0;
        _trial.Equal(expected, Cache.Remove(key), $"Remove({key}) {when}");
    }

    public void Count(string when) => _trial.Equal(_entries.Count, Cache.Count(), $"Count() {when}");

    /// <summary>Asks for each of these keys, the ones that must be gone too.</summary>
    public void GetAll(IEnumerable<string> keys, string when)
    {
        foreach (var key in keys.ToList())
            Get(key, when);
        Count(when);
    }

    /// <summary>Loads with a loader that answers at once.</summary>
    public void Load(string key, string when)
    {
        var (loaded, expected) = (Value(), Use(key));
        if (expected is null)
            Store(key, loaded);
        var task = Ask(key, (_, _) => Task.FromResult(loaded));
        _trial.Equal(expected ?? loaded, Loading.Of(task), $"GetOrLoadAsync({key}) {when}");
    }

    /// <summary>Asks for a key whose load nobody cancels. The model is not asked.</summary>
    public Task<string> Ask(string key, Func<string, CancellationToken, Task<string>> loader) => Cache.GetOrLoadAsync(key, loader, CancellationToken.None);

    /// <summary>Compares what was told with what was evicted since the last time.</summary>
    public void CheckTold(string when)
    {
        while (_evicted.TryDequeue(out var expected))
        {
            var isTold = _told!.TryTake(out var told, Loading.Longest);
            _trial.True(isTold && told == expected, $"the eviction that is told {when}", $"{expected}", isTold ? $"{told}" : "nothing");
        }

        if (_told!.TryTake(out var more))
            throw new CheckFailedException($"the evictions that are told {when}", "no other one", $"{more}");
    }

    private string? Use(string key)
    {
        var at = _entries.FindIndex(entry => entry.Key == key);
        _counts = at < 0 ? _counts with { Misses = _counts.Misses + 1 } : _counts with { Hits = _counts.Hits + 1 };
        if (at < 0)
            return null;
        var found = _entries[at];
        _entries.RemoveAt(at);
        _entries.Add(found);
        return found.Value;
    }

    private void Store(string key, string value)
    {
        _entries.RemoveAll(entry => entry.Key == key);
        if (_entries.Count == Capacity)
        {
            _evicted.Enqueue((_entries[0].Key, _entries[0].Value));
            _entries.RemoveAt(0);
            _counts = _counts with { Evictions = _counts.Evictions + 1 };
        }

        _entries.Add((key, value, TimeToLive >= TimeSpan.MaxValue - _now ? TimeSpan.MaxValue : _now + TimeToLive));
    }
}
