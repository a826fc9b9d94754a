using Assay.Reference.Caching;

namespace Assay.Reference.Tests.Mutants.Caches;

/// <summary>Evicts the entry written longest ago: reads leave the order as it is.</summary>
internal sealed class FirstInFirstOut(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override void Touch(LinkedListNode<PlainEntry> node)
    {
    }
}

/// <summary>H-CA-2: at the limit the new item is dropped, and the old ones stay.</summary>
internal sealed class DropsTheNewItem(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override bool Put(int key, int value, EntryTerms? terms) =>
        (Map.ContainsKey(key) || Map.Count < Options.Capacity) && base.Put(key, value, terms);
}

/// <summary>H-CA-2: one entry over the limit empties the cache.</summary>
internal sealed class EmptiesAtTheLimit(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override void Evict() => Clear();
}

/// <summary>Makes room after it has added, one entry too late.</summary>
internal sealed class OneTooMany(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override void Evict()
    {
        if (Map.Count > Options.Capacity)
            base.Evict();
        else
            Weight--;
    }
}

/// <summary>H-CA-1: the weight goes down once too often where an entry is replaced, so the cache takes in more than it may.</summary>
internal sealed class CountsDownTwice(CacheOptions<int, int> options) : PlainCache(options)
{
    protected override void Drop(LinkedListNode<PlainEntry> node, RemovalCause cause)
    {
        base.Drop(node, cause);
        if (cause == RemovalCause.Replaced)
            Weight -= node.Value.Weight;
    }
}
