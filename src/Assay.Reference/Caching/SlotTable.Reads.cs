using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <content>Reading without the lock.</content>
internal sealed partial class SlotTable<TKey, TValue, TSteps>
{
    /// <summary>
    /// Reads what nearly every hit reads, in as few steps as there can be: the first entry of a chain, marked to the full, without an end,
    /// under a key of a value type that is compared by its own equality. Small enough to become a part of its caller.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, and if it is not settled, what <see cref="TryReadEnd"/> may find out to be the value.</param>
    /// <param name="look">What was looked at.</param>
    /// <returns>False for everything else: ask <see cref="TryReadEnd"/> or <see cref="TryRead"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadSettled(TKey key, [MaybeNull] out TValue value, out SlotLook look)
    {
        // Known to the compiler: keys of reference types call their comparer, which is no step to be saved.
        if (!typeof(TKey).IsValueType)
        {
            (value, look) = (default, default);
            return false;
        }

        var storage = _settled;
        _steps.Next("read bucket");
        var place = Volatile.Read(ref storage.Buckets[unchecked((uint)key.GetHashCode() * Mix) >> storage.Shift]);
        ref var slot = ref storage.Slots[place];
        _steps.Next("read state");
        // One comparison tells that the slot is in use, was not written meanwhile, is marked to the full and does not end.
        var settled = Volatile.Read(ref slot.State) & SlotState.Version;
        _steps.Next("read key");
        var slotKey = slot.Key;
        _steps.Next("read value");
        value = slot.Value;
        Volatile.ReadBarrier();
        _steps.Next("read state again");
        look = new SlotLook(place, settled);
        // Equal keys need no equal hashes to be found equal.
        return Volatile.Read(ref slot.State) == settled && EqualityComparer<TKey>.Default.Equals(slotKey, key);
    }

    /// <summary>Whether what was looked at is the key's entry, settled but for its end, and unchanged since.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadEnd(TKey key, SlotLook look, out long expiresAt)
    {
        if (typeof(TKey).IsValueType)
        {
            // Of the table as it is now: a slot keeps its place and its state when the table grows.
            ref var slot = ref _settled.Slots[look.Place];
            _steps.Next("read key of end");
            var slotKey = slot.Key;
            _steps.Next("read end");
            expiresAt = Volatile.Read(ref slot.ExpiresAt);
            Volatile.ReadBarrier();
            _steps.Next("read state of end");
            if (Volatile.Read(ref slot.State) == (look.Settled | SlotState.Ends) && EqualityComparer<TKey>.Default.Equals(slotKey, key))
                return true;
        }

        expiresAt = Missing;
        return false;
    }

    /// <summary>Reads an entry without the lock, as it was at one moment within the call, and marks it as used.</summary>
    /// <returns>Its slot, or <see cref="None"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TryRead(TKey key, uint hash, [MaybeNull] out TValue value, out long expiresAt)
    {
        var storage = _storage;
        _steps.Next("read bucket");
        // The first of the chain, which is nearly always all of it, as in the walk below.
        var place = Volatile.Read(ref storage.Buckets[hash >> storage.Shift]);
        ref var slot = ref storage.Slots[place];
        _steps.Next("read state");
        var state = Volatile.Read(ref slot.State);
        _steps.Next("copy key");
        if (slot.Hash == hash)
        {
            var slotKey = slot.Key;
            _steps.Next("copy value");
            (value, expiresAt) = (slot.Value, slot.ExpiresAt);
            Volatile.ReadBarrier();
            _steps.Next("look again");
            if (SlotState.IsUnchanged(state, Volatile.Read(ref slot.State)) && KeysEqual(slotKey, key))
            {
                Mark(ref slot);
                return place - 1;
            }
        }

        return TryReadChain(key, hash, out value, out expiresAt);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TryReadChain(TKey key, uint hash, [MaybeNull] out TValue value, out long expiresAt)
    {
        var wait = new SpinWait();
        int place;
        while ((place = Walk(key, hash, out value, out expiresAt)) == Torn)
            _steps.Again(ref wait);
        return place - 1;
    }

    // Every slot is copied between two looks at its state. A slot that has left this chain meanwhile (free, or in another bucket) would
    // lead astray, so the walk begins again. A walk that stays in its chain to the end has either met the key or a moment at which it was
    // absent: entries are linked in front, replaced in place, and never moved.
    private int Walk(TKey key, uint hash, [MaybeNull] out TValue value, out long expiresAt)
    {
        var storage = _storage;
        _steps.Next("walk");
        var bucket = hash >> storage.Shift;
        for (var place = Volatile.Read(ref storage.Buckets[bucket]); place > 0;)
        {
            ref var slot = ref storage.Slots[place];
            _steps.Next("walk to slot");
            var state = Volatile.Read(ref slot.State);
            _steps.Next("copy key");
            var (slotHash, next, slotKey) = (slot.Hash, slot.Next, slot.Key);
            _steps.Next("copy value");
            (value, expiresAt) = (slot.Value, slot.ExpiresAt);
            Volatile.ReadBarrier();
            _steps.Next("look again");
            if (!SlotState.IsUnchanged(state, Volatile.Read(ref slot.State)) || slotHash >> storage.Shift != bucket)
                return Torn;
            if (slotHash == hash && KeysEqual(slotKey, key))
            {
                Mark(ref slot);
                return place;
            }

            place = next;
        }

        (value, expiresAt) = (default, Missing);
        return 0;
    }

    // Tested before it is set: an entry that is read often is not written at every read. Neither atomic nor in order, so a mark may be
    // lost, or land on the entry that took the slot meanwhile.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mark(ref Slot slot)
    {
        ref var missing = ref SlotState.MarkOf(ref slot.State);
        if (missing > 0)
            missing--;
    }
}
