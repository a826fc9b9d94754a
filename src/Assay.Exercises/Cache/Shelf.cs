using System.Collections.Concurrent;
using System.Reflection;
using Assay.Contracts;

namespace Assay.Exercises.Cache;

/// <summary>A candidate's cache beside a model of it: every call goes to both, and the answers must be the same.</summary>
internal sealed class Shelf
{
    private static readonly MethodInfo s_get = typeof(ICache).GetMethod(nameof(ICache.Get))!;
    private static readonly MethodInfo s_set = typeof(ICache).GetMethod(nameof(ICache.Set))!;
    private static readonly MethodInfo s_remove = typeof(ICache).GetMethod(nameof(ICache.Remove))!;
    private static readonly MethodInfo s_count = typeof(ICache).GetMethod(nameof(ICache.Count))!;
    private static readonly MethodInfo s_counts = typeof(ICache).GetMethod(nameof(ICache.Counts))!;

    private readonly Trial _trial;
    private readonly ICache _cache;

    // What is still to be asked, with what must be answered; null while each call is made at once.
    private List<Asked>? _asked;

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
        _cache = trial.Create<ICache>(capacity, timeToLive, evicted is null ? null : (Action<string, string>)Told);

        void Told(string key, string value)
        {
            _told!.Add((key, value));
            evicted(key, value);
        }
    }

    /// <summary>The candidate's alone. What is to be asked before is asked first.</summary>
    public ICache Cache
    {
        get
        {
            Send();
            return _cache;
        }
    }

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

    /// <summary>Makes the calls that are asked for meanwhile in as few messages as their order allows. Each answer is compared as ever, a moment later.</summary>
    public void InFewMessages(Action asks)
    {
        if (_asked is not null)
        {
            asks();
            return;
        }

        _asked = [];
        try
        {
            asks();
            Send();
        }
        finally
        {
            _asked = null;
        }
    }

    public void Advance(TimeSpan by)
    {
        Send();
        _now += by;
        _trial.Advance(by);
        _entries.RemoveAll(entry => entry.ExpiresAt <= _now);
    }

    public void Set(string key) => Set(key, Value());

    public void Set(string key, string value)
    {
        Store(key, value);
        Require(null, $"Set({key})", s_set, key, value);
        if (_told is null)
            return;
        Send();
        _trial.True(_told.Count >= _evicted.Count, $"the evictions told by the time at which Set({key}) returns", $"{_evicted.Count}", $"{_told.Count}");
    }

    /// <summary>Sets as many new keys as there is room.</summary>
    public string[] Fill()
    {
        string[] keys = [.. Enumerable.Range(0, Capacity).Select(_ => Key())];
        InFewMessages(() =>
        {
            foreach (var key in keys)
                Set(key);
        });
        return keys;
    }

    public void Get(string key, string when) => Require(Use(key), $"Get({key}) {when}", s_get, key);

    public void Remove(string key, string when) => Require(_entries.RemoveAll(entry => entry.Key == key) > 0, $"Remove({key}) {when}", s_remove, key);

    public void Count(string when) => Require(_entries.Count, $"Count() {when}", s_count);

    /// <summary>Asks for each of these keys, the ones that must be gone too.</summary>
    public void GetAll(IEnumerable<string> keys, string when) => InFewMessages(() =>
    {
        foreach (var key in keys.ToList())
            Get(key, when);
        Count(when);
    });

    /// <summary>Asks for the counts, which must be the model's.</summary>
    public void CheckCounts(string what) => Require(_counts, what, s_counts);

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
        Send();
        while (_evicted.TryDequeue(out var expected))
        {
            var isTold = _told!.TryTake(out var told, Loading.Longest);
            _trial.True(isTold && told == expected, $"the eviction that is told {when}", $"{expected}", isTold ? $"{told}" : "nothing");
        }

        if (_told!.TryTake(out var more))
            throw new CheckFailedException($"the evictions that are told {when}", "no other one", $"{more}");
    }

    private void Require(object? expected, string what, MethodInfo method, params object?[] arguments)
    {
        var asked = new Asked(new Call(_cache, method, arguments), expected, what);
        if (_asked is { } waiting)
            waiting.Add(asked);
        else
            Compare(asked, method.Invoke(_cache, BindingFlags.DoNotWrapExceptions, null, arguments, null));
    }

    private void Send()
    {
        if (_asked is not { Count: > 0 } asked)
            return;
        var answers = _trial.Subject.InTurn([.. asked.Select(one => one.Call)]);
        for (var i = 0; i < asked.Count; i++)
            Compare(asked[i], answers[i]);
        asked.Clear();
    }

    private void Compare(Asked asked, object? answer) => _trial.Equal(asked.Expected, answer, asked.What);

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

    private sealed record Asked(Call Call, object? Expected, string What);
}
