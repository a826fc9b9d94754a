namespace Assay.Reference.Caching;

/// <summary>
/// The entries of a cache with their weights and times, within its capacity. Not safe for concurrent use, apart from reads by
/// <see cref="SlotTable{TKey,TValue,TSteps}.TryRead"/>: its owner's lock guards it.
/// </summary>
internal sealed class EntryStore<TKey, TValue>
    where TKey : notnull
{
    private readonly IEvictionPolicy _policy;
    private readonly long _capacity;
    private readonly long _staleFor;

    // By the instant at which an entry is of no use to anybody: its expiry, or the end of its time as a stale value. Entries that live
    // for ever are not in it. For idle timeouts it may be too early, because reads do not move it; it is checked when it comes up.
    private readonly TimingWheel _ends = new();

    // Set before the first such entry can be read without the lock.
    private volatile bool _hasIdleTimeouts;

    // By slot; of the entries in use.
    private Record[] _records = [];

    public EntryStore(IEqualityComparer<TKey>? comparer, IEvictionPolicy policy, long capacity, long staleFor)
    {
        Table = new SlotTable<TKey, TValue, Unscheduled>(comparer);
        (_policy, _capacity, _staleFor) = (policy, capacity, staleFor);
        policy.Attach(Table);
    }

    public SlotTable<TKey, TValue, Unscheduled> Table { get; }

    /// <summary>The sum of the weights of all entries; never above the capacity.</summary>
    public long Weight { get; private set; }

    /// <summary>Whether any entry ever had an idle timeout. Only then do reads have times to move.</summary>
    public bool HasIdleTimeouts
    {
        get => _hasIdleTimeouts;
        private set => _hasIdleTimeouts = value;
    }

    /// <summary>Whether storing such an entry depends on the present: it ends, or others may have ended.</summary>
    public bool NeedsTime(Lifetime lifetime) => _ends.Count > 0 || lifetime != Lifetime.Endless;

    public long Evictions { get; private set; }

    public long Expirations { get; private set; }

    public bool IsFresh(int slot, long now) => now < Table.At(slot).ExpiresAt;

    /// <summary>Notes that a fresh entry was read.</summary>
    public void Use(int slot, long now)
    {
        _policy.Used(slot);
        if (HasIdleTimeouts)
            Table.SetExpiry(slot, Math.Min(_records[slot].Deadline, CacheTime.After(now, _records[slot].Idle)));
    }

    /// <summary>Adds or replaces an entry, making room first: expired entries go, then those the policy chooses.</summary>
    /// <returns>False when it is heavier than the whole cache; its key is then free.</returns>
    public bool Put(TKey key, uint hash, TValue value, Lifetime lifetime, long weight, long now, ref Removals<TKey, TValue> removals)
    {
        RemoveExpired(now, ref removals);
        var slot = Table.Find(key, hash);
        if (weight > _capacity)
        {
            if (slot >= 0)
                Remove(slot, RemovalCause.Replaced, ref removals);
            return false;
        }

        // In this order, so that at no moment the weight is above the capacity. The subtraction cannot overflow, a sum could.
        var present = slot >= 0 ? _records[slot].Weight : 0;
        while (_capacity - (Weight - present) < weight)
            Remove(_policy.Victim(except: slot), RemovalCause.Evicted, ref removals);
        HasIdleTimeouts |= lifetime.Idle != CacheTime.Never;
        var deadline = CacheTime.After(now, lifetime.TimeToLive);
        var expiresAt = Math.Min(deadline, CacheTime.After(now, lifetime.Idle));
        if (slot >= 0)
        {
            removals.Add(key, Table.At(slot).Value, RemovalCause.Replaced);
            Table.Overwrite(slot, value, expiresAt);
            _policy.Replaced(slot, weight);
        }
        else
        {
            slot = Table.Add(key, hash, value, expiresAt);
            _policy.Added(slot, hash, weight);
        }

        if (slot >= _records.Length)
            Array.Resize(ref _records, Table.Size);
        _records[slot] = new Record(weight, now, deadline, lifetime.Idle, 0);
        Weight += weight - present;
        SetEnd(slot, expiresAt);
        return true;
    }

    public void Remove(int slot, RemovalCause cause, ref Removals<TKey, TValue> removals)
    {
        removals.Add(Table.At(slot).Key, Table.At(slot).Value, cause);
        _policy.Removed(slot);
        _ends.Remove(slot);
        Weight -= _records[slot].Weight;
        Table.Remove(slot);
        if (cause == RemovalCause.Evicted)
            Evictions++;
        if (cause == RemovalCause.Expired)
            Expirations++;
    }

    public void Clear(ref Removals<TKey, TValue> removals)
    {
        foreach (var slot in Table.Slots())
            Remove(slot, RemovalCause.Cleared, ref removals);
    }

    /// <summary>Removes what is of no use any more. O(1) for each, amortized.</summary>
    public void RemoveExpired(long now, ref Removals<TKey, TValue> removals)
    {
        while (_ends.TryTakeDue(now, out var slot))
        {
            var end = End(slot);
            if (end <= now)
                Remove(slot, RemovalCause.Expired, ref removals);
            else
                // It was read since: an idle timeout that begins anew.
                _ends.Set(slot, end);
        }
    }

    /// <summary>Whether an expired entry may be handed out in place of a load.</summary>
    public bool IsUsableStale(int slot, long now) => _staleFor > 0 && now < End(slot);

    /// <summary>Whether an expired entry is to be handed out without trying a load, because one has just failed.</summary>
    public bool IsServedStale(int slot, long now) => now < _records[slot].RetryAt && IsUsableStale(slot, now);

    /// <summary>Notes that a load failed and when to try the next.</summary>
    public void RetryAt(int slot, long instant) => _records[slot].RetryAt = instant;

    /// <summary>Whether a fresh entry is in the last part of a time to live that is longer than that part.</summary>
    public bool IsDueForRefresh(int slot, long now, long ahead)
    {
        ref var record = ref _records[slot];
        return record.Deadline != CacheTime.Never && record.Deadline - now <= ahead && record.Deadline - record.WrittenAt > ahead
            && now >= record.RetryAt;
    }

    private long End(int slot) => CacheTime.After(Table.At(slot).ExpiresAt, _staleFor);

    private void SetEnd(int slot, long expiresAt)
    {
        if (expiresAt == CacheTime.Never)
            _ends.Remove(slot);
        else
            _ends.Set(slot, CacheTime.After(expiresAt, _staleFor));
    }

    private record struct Record(long Weight, long WrittenAt, long Deadline, long Idle, long RetryAt);
}

/// <summary>How long an entry lives, in units of the clock.</summary>
internal readonly record struct Lifetime(long TimeToLive, long Idle)
{
    public static Lifetime Endless => new(CacheTime.Never, CacheTime.Never);
}
