namespace Assay.Reference.Caching;

/// <summary>Chooses who makes room. Called under the cache's lock; entries are known by their slot.</summary>
internal interface IEvictionPolicy
{
    /// <summary>An entry was added.</summary>
    void Added(int slot, uint hash, long weight);

    /// <summary>An entry was read under the lock.</summary>
    void Used(int slot);

    /// <summary>An entry has a new value.</summary>
    void Replaced(int slot, long weight);

    /// <summary>An entry left, for whatever cause.</summary>
    void Removed(int slot);

    /// <summary>The entry to evict next, which may not be the one excepted; there is another one.</summary>
    int Victim(int except);
}

/// <summary>Evicts the entry that was used longest ago.</summary>
internal sealed class LruPolicy : IEvictionPolicy
{
    private readonly LruOrder _order = new();

    public void Added(int slot, uint hash, long weight) => _order.Add(slot);

    public void Used(int slot) => _order.Touch(slot);

    public void Replaced(int slot, long weight) => _order.Touch(slot);

    public void Removed(int slot) => _order.Remove(slot);

    public int Victim(int except)
    {
        var oldest = _order.Oldest;
        return oldest != except ? oldest : _order.NewerThan(oldest);
    }
}
