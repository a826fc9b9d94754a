namespace Assay.Reference.Caching;

/// <summary>The values that left within one operation, to be reported once its lock is free.</summary>
internal struct Removals<TKey, TValue>(bool isKept)
{
    private List<(TKey Key, TValue Value, RemovalCause Cause)>? _removed;

    public readonly bool IsEmpty => _removed is null;

    public readonly IEnumerable<(TKey Key, TValue Value, RemovalCause Cause)> All => _removed ?? [];

    public void Add(TKey key, TValue value, RemovalCause cause)
    {
        // Without a callback nobody asks.
        if (isKept)
            (_removed ??= []).Add((key, value, cause));
    }
}
