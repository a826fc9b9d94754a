using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Assay.Contracts;

namespace Candidate;

/// <summary>All that a cache knows, as a value. Each step gives the next one, and what the caller has to know.</summary>
internal sealed record State
{
    private ImmutableDictionary<string, Entry> Entries { get; init; } = ImmutableDictionary.Create<string, Entry>(StringComparer.Ordinal);

    // Keys by the number of their last use, the least recent first, and by that of their setting, the oldest first.
    private ImmutableSortedDictionary<long, string> ByUse { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    private ImmutableSortedDictionary<long, string> ByAge { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    // The load whose value will be stored, and how many wait for each load, stored or not.
    private ImmutableDictionary<string, Load> Loads { get; init; } = ImmutableDictionary.Create<string, Load>(StringComparer.Ordinal);

    private ImmutableDictionary<Load, int> Waiting { get; init; } = ImmutableDictionary<Load, int>.Empty;

    private int Capacity { get; init; }

    private TimeSpan TimeToLive { get; init; }

    private TimeSpan Now { get; init; }

    private long Steps { get; init; }

    public CacheCounts Totals { get; private init; }

    public int Count => Entries.Count;

    public static State New(int capacity, TimeSpan timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        return new State { Capacity = capacity, TimeToLive = timeToLive };
    }

    /// <summary>The state at an instant: without what has expired by then.</summary>
    public State At(TimeSpan now)
    {
        var state = this with { Now = now > Now ? now : Now };
        while (state.ByAge.Count > 0 && state.ByAge.First().Value is var oldest && state.Now - state.Entries[oldest].SetAt >= TimeToLive)
            state = state.Without(oldest);
        return state;
    }

    public (State Next, string? Answer) Get(string key)
    {
        if (!Entries.TryGetValue(key, out var entry))
            return (this with { Totals = Totals with { Misses = Totals.Misses + 1 } }, null);
        var next = this with
        {
            Totals = Totals with { Hits = Totals.Hits + 1 },
            Steps = Steps + 1,
            ByUse = ByUse.Remove(entry.Used).Add(Steps, key),
            Entries = Entries.SetItem(key, entry with { Used = Steps }),
        };
        return (next, entry.Value);
    }

    public (State Next, KeyValuePair<string, string>? Evicted) Set(string key, string value) => (this with { Loads = Loads.Remove(key) }).With(key, value);

    public (State Next, bool Answer) Remove(string key)
    {
        var next = this with { Loads = Loads.Remove(key) };
        return Entries.ContainsKey(key) ? (next.Without(key), true) : (next, false);
    }

    public (State Next, (string? Value, Load? Load) Answer) GetOrJoin(Load load)
    {
        var (next, value) = Get(load.Key);
        if (value is not null)
            return (next, (value, null));
        var joined = Loads.GetValueOrDefault(load.Key, load);
        return (next with { Loads = Loads.SetItem(load.Key, joined), Waiting = Waiting.SetItem(joined, Waiting.GetValueOrDefault(joined) + 1) }, (null, joined));
    }

    /// <summary>One caller less.</summary>
    /// <returns>Whether it was the last.</returns>
    public (State Next, bool Answer) Leave(Load load)
    {
        var left = Waiting.GetValueOrDefault(load) - 1;
        return left > 0
            ? (this with { Waiting = Waiting.SetItem(load, left) }, false)
            : (Forget(load), Waiting.ContainsKey(load));
    }

    public (State Next, KeyValuePair<string, string>? Evicted) End(Load load, string? value)
    {
        var isCurrent = Loads.GetValueOrDefault(load.Key) == load;
        var next = Forget(load);
        // Otherwise overtaken: the key was set or removed meanwhile, or nobody waits any more.
        return isCurrent && value is not null ? next.With(load.Key, value) : (next, null);
    }

    private State Forget(Load load) => this with
    {
        Loads = Loads.GetValueOrDefault(load.Key) == load ? Loads.Remove(load.Key) : Loads,
        Waiting = Waiting.Remove(load),
    };

    private (State Next, KeyValuePair<string, string>? Evicted) With(string key, string value)
    {
        var (state, evicted) = (Entries.ContainsKey(key) ? Without(key) : this, default(KeyValuePair<string, string>?));
        if (state.Entries.Count == Capacity)
        {
            var oldest = state.ByUse.First().Value;
            evicted = new(oldest, state.Entries[oldest].Value);
            state = state.Without(oldest) with { Totals = Totals with { Evictions = Totals.Evictions + 1 } };
        }

        var next = state with
        {
            Steps = Steps + 1,
            Entries = state.Entries.Add(key, new Entry(value, Now, Steps, Steps)),
            ByUse = state.ByUse.Add(Steps, key),
            ByAge = state.ByAge.Add(Steps, key),
        };
        return (next, evicted);
    }

    private State Without(string key)
    {
        var entry = Entries[key];
        return this with { Entries = Entries.Remove(key), ByUse = ByUse.Remove(entry.Used), ByAge = ByAge.Remove(entry.Set) };
    }

    private sealed record Entry(string Value, TimeSpan SetAt, long Used, long Set);
}
