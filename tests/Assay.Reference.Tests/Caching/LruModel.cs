using System.Collections.Immutable;
using Assay.Reference.Caching;

namespace Assay.Reference.Tests.Caching;

/// <summary>What is asked of a cache.</summary>
public abstract record CacheCall
{
    public sealed record Get(int Key) : CacheCall;

    public sealed record Set(int Key, int Value, EntryTerms? Terms = null) : CacheCall;

    public sealed record Remove(int Key) : CacheCall;

    public sealed record Clear : CacheCall;

    /// <summary>The clock moves: a call on the cache's surroundings that histories contain like any other.</summary>
    public sealed record Advance(TimeSpan By) : CacheCall;
}

/// <summary>What it answers: the value of a hit; whether it was stored; nothing.</summary>
public readonly record struct CacheReply(bool Succeeded, int Value)
{
    public static CacheReply No => default;
}

/// <summary>A value that left, and why.</summary>
public readonly record struct Departure(int Key, int Value, RemovalCause Cause);

/// <summary>An entry of the model. Instants are ticks since its beginning.</summary>
public sealed record ModelEntry(int Key, int Value, long Weight, long Deadline, long Idle, long ExpiresAt)
{
    public ModelEntry Read(long now) => Idle == long.MaxValue ? this : this with { ExpiresAt = Math.Min(Deadline, now + Idle) };
}

/// <summary>
/// The definition of an exact LRU with times to live, as a list, the newest first. Slow and plain: what is expired leaves when
/// something is stored.
/// </summary>
public sealed record LruModel(long Capacity, EntryTerms Terms, Func<int, int, long> Weigh)
{
    public ImmutableList<ModelEntry> Entries { get; init; } = [];

    public long Now { get; init; }

    public long Weight => Entries.Sum(entry => entry.Weight);

    public (LruModel Next, CacheReply Reply, ImmutableList<Departure> Left) Apply(CacheCall call) => call switch
    {
        CacheCall.Get get => Get(get.Key),
        CacheCall.Set set => Set(set.Key, set.Value, set.Terms ?? Terms),
        CacheCall.Remove remove => Remove(remove.Key),
        CacheCall.Clear => (this with { Entries = [] }, default, Departures(Entries, RemovalCause.Cleared)),
        CacheCall.Advance advance => (this with { Now = Now + advance.By.Ticks }, default, []),
        _ => throw new ArgumentOutOfRangeException(nameof(call)),
    };

    private (LruModel, CacheReply, ImmutableList<Departure>) Get(int key)
    {
        var entry = Entries.Find(entry => entry.Key == key);
        return entry is null || Now >= entry.ExpiresAt
            ? (this, CacheReply.No, [])
            : (this with { Entries = Entries.Remove(entry).Insert(0, entry.Read(Now)) }, new CacheReply(true, entry.Value), []);
    }

    private (LruModel, CacheReply, ImmutableList<Departure>) Remove(int key)
    {
        if (Entries.Find(entry => entry.Key == key) is not { } entry)
            return (this, CacheReply.No, []);
        var wasFresh = Now < entry.ExpiresAt;
        return (
            this with { Entries = Entries.Remove(entry) },
            wasFresh ? new CacheReply(true, entry.Value) : CacheReply.No,
            [new Departure(key, entry.Value, wasFresh ? RemovalCause.Removed : RemovalCause.Expired)]);
    }

    private (LruModel, CacheReply, ImmutableList<Departure>) Set(int key, int value, EntryTerms terms)
    {
        var expired = Entries.Where(entry => entry.ExpiresAt <= Now).ToList();
        var left = Departures(expired, RemovalCause.Expired);
        var entries = Entries.RemoveRange(expired);
        if (entries.Find(entry => entry.Key == key) is { } replaced)
        {
            entries = entries.Remove(replaced);
            left = left.Add(new Departure(key, replaced.Value, RemovalCause.Replaced));
        }

        var weight = Weigh(key, value);
        if (weight > Capacity)
            return (this with { Entries = entries }, CacheReply.No, left);
        while (entries.Sum(entry => entry.Weight) + weight > Capacity)
        {
            left = left.Add(new Departure(entries[^1].Key, entries[^1].Value, RemovalCause.Evicted));
            entries = entries.RemoveAt(entries.Count - 1);
        }

        var deadline = terms.TimeToLive is { } life && life < TimeSpan.MaxValue ? Now + life.Ticks : long.MaxValue;
        var idle = terms.IdleTimeout?.Ticks ?? long.MaxValue;
        var entry = new ModelEntry(key, value, weight, deadline, idle, deadline).Read(Now);
        return (this with { Entries = entries.Insert(0, entry) }, new CacheReply(true, 0), left);
    }

    private static ImmutableList<Departure> Departures(IEnumerable<ModelEntry> entries, RemovalCause cause) =>
        [.. entries.Select(entry => new Departure(entry.Key, entry.Value, cause))];
}
