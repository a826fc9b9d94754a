namespace Assay.Reference.Caching;

/// <summary>Chooses who makes room. Called under the cache's lock; entries are known by their slot.</summary>
internal interface IEvictionPolicy
{
    /// <summary>Called once, before all others, with the marks that readers leave at entries.</summary>
    void Attach(ISlotMarks marks);

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

/// <summary>How often entries were read of late, from 0 to 3, by slot.</summary>
internal interface ISlotMarks
{
    const int Highest = 3;

    int MarkOf(int slot);

    void SetMark(int slot, int mark);
}

/// <summary>Evicts the entry that was used longest ago.</summary>
internal sealed class LruPolicy : IEvictionPolicy
{
    private readonly LruOrder _order = new();

    // The order is all it needs.
    public void Attach(ISlotMarks marks)
    {
    }

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
