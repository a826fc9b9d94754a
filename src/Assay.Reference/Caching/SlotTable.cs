using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <summary>
/// A hash table in one array of slots, chained by number: an entry costs one probe and no object, and slots of removed entries are used
/// again. One writer at a time, under its owner's lock; <see cref="TryRead"/> needs no lock.
/// </summary>
internal sealed class SlotTable<TKey, TValue> : ISlotMarks
    where TKey : notnull
{
    public const int None = -1;

    // Fibonacci hashing: keys that differ in high bits only, or by a stride, still spread. It is a bijection, so equal mixed hashes are
    // equal hashes.
    private const uint Mix = 0x9E3779B1;

    private const int SmallestSize = 16;

    private const int Torn = -2;

    private readonly IEqualityComparer<TKey>? _comparer;

    // Replaced as a whole when it grows. A reader that still holds the old one sees the table as it was at that moment, which lies within
    // its call.
    private volatile Storage _storage = new(SmallestSize);
    private int _firstFree = None;
    private int _used;

    // Null is the type's own equality, called directly for value types, whose calls the compiler then sees through. For reference types
    // it costs less through the interface.
    public SlotTable(IEqualityComparer<TKey>? comparer) =>
        _comparer = comparer ?? (typeof(TKey).IsValueType ? null : EqualityComparer<TKey>.Default);

    public int Count { get; private set; }

    /// <summary>Slots there is room for; a slot's number is below it.</summary>
    public int Size => _storage.Slots.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint HashOf(TKey key)
    {
        if (key is null)
            ThrowNullKey();
        var hash = _comparer is null ? key.GetHashCode() : _comparer.GetHashCode(key);
        return unchecked((uint)hash * Mix);
    }

    /// <summary>The slot of a key. Under the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(TKey key, uint hash)
    {
        var storage = _storage;
        var slots = storage.Slots;
        for (var i = storage.Buckets[hash >> storage.Shift] - 1; (uint)i < (uint)slots.Length; i = slots[i].Next)
        {
            if (slots[i].Hash == hash && KeysEqual(slots[i].Key, key))
                return i;
        }

        return None;
    }

    /// <summary>The entry at a slot, to be read or marked. Under the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Slot At(int slot) => ref _storage.Slots[slot];

    /// <summary>Adds a key that is not there. Under the lock.</summary>
    /// <returns>Its slot.</returns>
    public int Add(TKey key, uint hash, TValue value, long expiresAt)
    {
        var number = TakeFree();
        var storage = _storage;
        ref var slot = ref storage.Slots[number];
        ref var bucket = ref storage.Buckets[hash >> storage.Shift];
        BeginWrite(ref slot);
        (slot.Hash, slot.Key, slot.Value, slot.ExpiresAt, slot.Mark, slot.Next) = (hash, key, value, expiresAt, 0, bucket - 1);
        slot.IsUsed = true;
        EndWrite(ref slot);
        // Linked last: a reader that finds the number finds the entry.
        Volatile.Write(ref bucket, number + 1);
        Count++;
        return number;
    }

    /// <summary>Replaces the value at a slot; readers see the old one or the new one, whole. Under the lock.</summary>
    public void Overwrite(int number, TValue value, long expiresAt)
    {
        ref var slot = ref _storage.Slots[number];
        BeginWrite(ref slot);
        (slot.Value, slot.ExpiresAt) = (value, expiresAt);
        EndWrite(ref slot);
    }

    public int MarkOf(int slot) => _storage.Slots[slot].Mark;

    public void SetMark(int slot, int mark) => _storage.Slots[slot].Mark = (short)mark;

    public void SetExpiry(int number, long expiresAt) => Volatile.Write(ref _storage.Slots[number].ExpiresAt, expiresAt);

    /// <summary>Removes the entry at a slot and lets go of its key and value. Under the lock.</summary>
    public void Remove(int number)
    {
        var storage = _storage;
        ref var slot = ref storage.Slots[number];
        Unlink(storage, number, ref slot);
        BeginWrite(ref slot);
        // Nothing removed is kept alive by its slot.
        (slot.Key, slot.Value, slot.IsUsed) = (default!, default!, false);
        slot.Next = _firstFree;
        EndWrite(ref slot);
        _firstFree = number;
        Count--;
    }

    /// <summary>The slots in use, in no order. Under the lock.</summary>
    public IEnumerable<int> Slots()
    {
        for (var i = 0; i < _used; i++)
        {
            if (_storage.Slots[i].IsUsed)
                yield return i;
        }
    }

    /// <summary>Reads an entry without the lock, as it was at one moment within the call, and marks it as used.</summary>
    /// <returns>Its slot, or <see cref="None"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TryRead(TKey key, uint hash, [MaybeNull] out TValue value, out long expiresAt)
    {
        var storage = _storage;
        var slots = storage.Slots;
        // The first of the chain, which is nearly always all of it, as in the walk below.
        var i = Volatile.Read(ref storage.Buckets[hash >> storage.Shift]) - 1;
        if ((uint)i < (uint)slots.Length)
        {
            ref var slot = ref slots[i];
            var version = Volatile.Read(ref slot.Version);
            if (slot.Hash == hash && (version & 1) == 0 && slot.IsUsed)
            {
                var slotKey = slot.Key;
                (value, expiresAt) = (slot.Value, slot.ExpiresAt);
                Volatile.ReadBarrier();
                if (slot.Version == version && KeysEqual(slotKey, key))
                {
                    Mark(ref slot);
                    return i;
                }
            }
        }

        return TryReadChain(key, hash, out value, out expiresAt);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TryReadChain(TKey key, uint hash, [MaybeNull] out TValue value, out long expiresAt)
    {
        var wait = new SpinWait();
        int found;
        while ((found = Walk(key, hash, out value, out expiresAt)) == Torn)
            wait.SpinOnce();
        return found;
    }

    // Every slot is copied under its version: odd while it is written, different when it was. A slot that has left this chain meanwhile
    // (free, or in another bucket) would lead astray, so the walk begins again. A walk that stays in its chain to the end has either met
    // the key or a moment at which it was absent: entries are linked in front, replaced in place, and never moved.
    private int Walk(TKey key, uint hash, [MaybeNull] out TValue value, out long expiresAt)
    {
        var storage = _storage;
        var bucket = hash >> storage.Shift;
        var i = Volatile.Read(ref storage.Buckets[bucket]) - 1;
        while (i != None)
        {
            ref var slot = ref storage.Slots[i];
            var version = Volatile.Read(ref slot.Version);
            var (isUsed, slotHash, next, slotKey) = (slot.IsUsed, slot.Hash, slot.Next, slot.Key);
            (value, expiresAt) = (slot.Value, slot.ExpiresAt);
            Volatile.ReadBarrier();
            if ((version & 1) != 0 || slot.Version != version || !isUsed || slotHash >> storage.Shift != bucket)
                return Torn;
            if (slotHash == hash && KeysEqual(slotKey, key))
            {
                Mark(ref slot);
                return i;
            }

            i = next;
        }

        (value, expiresAt) = (default, 0);
        return None;
    }

    // Tested before it is set: an entry that is read often is not written at every read. Neither atomic nor in order, so a mark may be
    // lost, or land on the entry that took the slot meanwhile.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mark(ref Slot slot)
    {
        if (slot.Mark < ISlotMarks.Highest)
            slot.Mark++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool KeysEqual(TKey left, TKey right) =>
        _comparer is null ? EqualityComparer<TKey>.Default.Equals(left, right) : _comparer.Equals(left, right);

    private static void BeginWrite(ref Slot slot)
    {
        slot.Version++;
        // The odd version is visible before anything it warns of.
        Volatile.WriteBarrier();
    }

    private static void EndWrite(ref Slot slot) => Volatile.Write(ref slot.Version, slot.Version + 1);

    private static void Unlink(Storage storage, int number, ref Slot slot)
    {
        ref var bucket = ref storage.Buckets[slot.Hash >> storage.Shift];
        if (bucket - 1 == number)
        {
            Volatile.Write(ref bucket, slot.Next + 1);
            return;
        }

        var before = bucket - 1;
        while (storage.Slots[before].Next != number)
            before = storage.Slots[before].Next;
        // A single word: readers of the slot before see the chain with the entry or without it.
        Volatile.Write(ref storage.Slots[before].Next, slot.Next);
    }

    private int TakeFree()
    {
        if (_firstFree != None)
        {
            var free = _firstFree;
            _firstFree = _storage.Slots[free].Next;
            return free;
        }

        if (_used == Size)
            _storage = _storage.Doubled();
        return _used++;
    }

    [DoesNotReturn]
    private static void ThrowNullKey() => throw new ArgumentNullException("key");

    /// <summary>An entry.</summary>
    internal struct Slot
    {
        /// <summary>Odd while the slot is written; grows with every write.</summary>
        public int Version;
        public uint Hash;

        /// <summary>The next slot of the bucket, or of the free list.</summary>
        public int Next;

        /// <summary>A mark of the eviction policy, written without order: a lost mark costs a hit at most.</summary>
        public short Mark;
        public bool IsUsed;
        public long ExpiresAt;
        public TKey Key;
        public TValue Value;
    }

    private sealed class Storage(int size)
    {
        // Numbers of slots plus one, so that a new array is an empty table. Twice as many as slots: chains are short.
        public readonly int[] Buckets = new int[size * 2];
        public readonly Slot[] Slots = new Slot[size];
        public readonly int Shift = 31 - BitOperations.Log2((uint)size);

        /// <summary>A copy twice the size. This one stays as it is, for those who still read it.</summary>
        public Storage Doubled()
        {
            var grown = new Storage(checked(Slots.Length * 2));
            Array.Copy(Slots, grown.Slots, Slots.Length);
            // From the last slot of each chain: there is no order to keep, since no reader walks the copy yet.
            for (var i = 0; i < Slots.Length; i++)
            {
                ref var slot = ref grown.Slots[i];
                ref var bucket = ref grown.Buckets[slot.Hash >> grown.Shift];
                (slot.Next, bucket) = (bucket - 1, i + 1);
            }

            return grown;
        }
    }
}
