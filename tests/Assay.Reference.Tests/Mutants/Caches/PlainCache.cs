using System.Diagnostics.CodeAnalysis;
using Assay.Reference.Caching;

namespace Assay.Reference.Tests.Mutants.Caches;

/// <summary>
/// The cache everybody writes: a lock, a dictionary and a linked list. Right by itself, though slow and without single flight; its
/// descendants each get one thing wrong.
/// </summary>
internal class PlainCache(CacheOptions<int, int> options) : ICache<int, int>
{
    protected readonly Dictionary<int, LinkedListNode<PlainEntry>> Map = [];

    // The newest first.
    protected readonly LinkedList<PlainEntry> Order = [];
    protected readonly Lock Gate = new();

    protected CacheOptions<int, int> Options => options;

    protected long Weight { get; set; }

    protected TimeProvider Clock => options.Clock!;

    public int Count
    {
        get
        {
            lock (Gate)
                return Map.Count;
        }
    }

    public bool TryGet(int key, [MaybeNullWhen(false)] out int value)
    {
        lock (Gate)
        {
            if (Map.TryGetValue(key, out var node) && IsFresh(node.Value))
            {
                Touch(node);
                value = node.Value.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public virtual bool Set(int key, int value, EntryTerms? terms = null)
    {
        lock (Gate)
            return Put(key, value, terms);
    }

    public virtual int GetOrAdd(int key, Func<int, int> factory)
    {
        if (TryGet(key, out var present))
            return present;
        var value = factory(key);
        Set(key, value);
        return value;
    }

    public virtual async ValueTask<int> GetOrAddAsync(
        int key, Func<int, CancellationToken, ValueTask<int>> factory, CancellationToken cancellationToken = default)
    {
        if (TryGet(key, out var present))
            return present;
        var value = await factory(key, cancellationToken).ConfigureAwait(false);
        Set(key, value);
        return value;
    }

    public virtual bool TryRemove(int key, [MaybeNullWhen(false)] out int value)
    {
        lock (Gate)
        {
            var isThere = Map.TryGetValue(key, out var node);
            var wasFresh = isThere && IsFresh(node!.Value);
            value = wasFresh ? node!.Value.Value : default;
            if (isThere)
                Drop(node!, wasFresh ? RemovalCause.Removed : RemovalCause.Expired);
            return wasFresh;
        }
    }

    public virtual void Clear()
    {
        lock (Gate)
        {
            while (Order.First is { } node)
                Drop(node, RemovalCause.Cleared);
        }
    }

    protected virtual bool IsFresh(PlainEntry entry) => Clock.GetTimestamp() < entry.ExpiresAt;

    protected virtual void Touch(LinkedListNode<PlainEntry> node)
    {
        Order.Remove(node);
        Order.AddFirst(node);
    }

    protected virtual void Evict() => Drop(Order.Last!, RemovalCause.Evicted);

    protected virtual long ExpiryOf(EntryTerms terms) =>
        terms.TimeToLive is { } life ? Clock.GetTimestamp() + life.Ticks : long.MaxValue;

    protected virtual void Report(PlainEntry entry, RemovalCause cause) => options.Removed?.Invoke(entry.Key, entry.Value, cause);

    protected virtual bool Put(int key, int value, EntryTerms? terms)
    {
        while (Order.FirstOrDefault(entry => entry.ExpiresAt <= Clock.GetTimestamp()) is { } expired)
            Drop(Map[expired.Key], RemovalCause.Expired);
        var weight = options.Weigh?.Invoke(key, value) ?? 1;
        if (Map.TryGetValue(key, out var node))
            Drop(node, RemovalCause.Replaced);
        if (weight > options.Capacity)
            return false;
        while (Weight + weight > options.Capacity)
            Evict();
        Map[key] = Order.AddFirst(new PlainEntry(key, value, weight, ExpiryOf(terms ?? options.Terms)));
        Weight += weight;
        return true;
    }

    protected virtual void Drop(LinkedListNode<PlainEntry> node, RemovalCause cause)
    {
        Order.Remove(node);
        Map.Remove(node.Value.Key);
        Weight -= node.Value.Weight;
        Report(node.Value, cause);
    }
}

/// <summary>An entry.</summary>
internal sealed record PlainEntry(int Key, int Value, long Weight, long ExpiresAt);
