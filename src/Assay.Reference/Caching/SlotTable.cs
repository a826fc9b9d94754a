using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Assay.Reference.Caching;

/// <summary>
/// A hash table in one array of slots, chained by number: an entry costs one probe and no object, and slots of removed entries are used
/// again. One writer at a time, under its owner's lock; <see cref="TryRead"/> and <see cref="TryReadSettled"/> need no lock.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
/// <typeparam name="TSteps">Where a schedule may change between threads: <see cref="Unscheduled"/>, which compiles to nothing.</typeparam>
internal sealed partial class SlotTable<TKey, TValue, TSteps> : ISlotMarks
    where TKey : notnull
    where TSteps : struct, ISlotSteps
{
    public const int None = -1;

    /// <summary>The expiry of what is not there.</summary>
    public const long Missing = -1;

    // Fibonacci hashing: keys that differ in high bits only, or by a stride, still spread. It is a bijection, so equal mixed hashes are
    // equal hashes.
    private const uint Mix = 0x9E3779B1;

    private const int SmallestSize = 16;

    private const int Torn = -2;

    // What a table without entries looks like; never written.
    private static readonly Storage s_nothing = new(1);

    private readonly IEqualityComparer<TKey>? _comparer;
    private readonly TSteps _steps;

    // Replaced as a whole when it grows, before the new one is written to. A reader that still holds the old one sees the table as it was
    // at that moment, which lies within its call.
    private volatile Storage _storage = new(SmallestSize);

    // The same for keys that are compared by their type's own equality, and otherwise nothing: so whoever reads it need not ask which.
    private volatile Storage _settled;
    private int _firstFree = None;
    private int _used;

    // Null is the type's own equality, called directly for value types, whose calls the compiler then sees through. For reference types
    // it costs less through the interface.
    public SlotTable(IEqualityComparer<TKey>? comparer, TSteps steps = default)
    {
        _comparer = comparer ?? (typeof(TKey).IsValueType ? null : EqualityComparer<TKey>.Default);
        _steps = steps;
        _settled = _comparer is null ? _storage : s_nothing;
    }

    public int Count { get; private set; }

    /// <summary>Slots there is room for; a slot's number is below it.</summary>
    public int Size => _storage.Size;

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
        for (var place = storage.Buckets[hash >> storage.Shift]; place > 0; place = slots[place].Next)
        {
            if (slots[place].Hash == hash && KeysEqual(slots[place].Key, key))
                return place - 1;
        }

        return None;
    }

    /// <summary>The entry at a slot, to be read. Under the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Slot At(int slot) => ref _storage.Slots[slot + 1];

    /// <summary>Adds a key that is not there. Under the lock.</summary>
    /// <returns>Its slot.</returns>
    public int Add(TKey key, uint hash, TValue value, long expiresAt)
    {
        var number = TakeFree();
        var storage = _storage;
        ref var slot = ref storage.Slots[number + 1];
        ref var bucket = ref storage.Buckets[hash >> storage.Shift];
        BeginWrite(ref slot);
        (slot.Hash, slot.Next) = (hash, bucket);
        _steps.Next("write key");
        slot.Key = key;
        _steps.Next("write value");
        (slot.Value, slot.ExpiresAt) = (value, expiresAt);
        SlotState.MarkOf(ref slot.State) = SlotState.Unmarked;
        // Linked before it is complete: those who find it meanwhile try again. The other way round, one who still holds the slot's number
        // from its last entry would read the new one, and would then look for it in vain.
        Volatile.Write(ref bucket, number + 1);
        EndWrite(ref slot);
        Count++;
        return number;
    }

    /// <summary>Replaces the value at a slot; readers see the old one or the new one, whole. Under the lock.</summary>
    public void Overwrite(int number, TValue value, long expiresAt)
    {
        ref var slot = ref At(number);
        BeginWrite(ref slot);
        slot.Value = value;
        _steps.Next("write expiry");
        slot.ExpiresAt = expiresAt;
        EndWrite(ref slot);
    }

    public int MarkOf(int slot) => SlotState.Unmarked - SlotState.MarkOf(ref At(slot).State);

    public void SetMark(int slot, int mark) => SlotState.MarkOf(ref At(slot).State) = (byte)(SlotState.Unmarked - mark);

    /// <summary>Moves the end of an entry that has one. Under the lock.</summary>
    public void SetExpiry(int number, long expiresAt) => Volatile.Write(ref At(number).ExpiresAt, expiresAt);

    /// <summary>Removes the entry at a slot and lets go of its key and value. Under the lock.</summary>
    public void Remove(int number)
    {
        var storage = _storage;
        ref var slot = ref storage.Slots[number + 1];
        Unlink(storage, number + 1, ref slot);
        // And it stays so until it is used again: no reader takes a free slot for an entry.
        BeginWrite(ref slot);
        // Nothing removed is kept alive by its slot.
        (slot.Key, slot.Value) = (default!, default!);
        _steps.Next("free");
        slot.Next = _firstFree;
        _firstFree = number;
        Count--;
    }

    /// <summary>The slots in use, in no order. Under the lock.</summary>
    public IEnumerable<int> Slots()
    {
        for (var i = 0; i < _used; i++)
        {
            if (!SlotState.IsWriting(At(i).State))
                yield return i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool KeysEqual(TKey left, TKey right) =>
        _comparer is null ? EqualityComparer<TKey>.Default.Equals(left, right) : _comparer.Equals(left, right);

    // A reader's mark that comes between these two steps of the word is lost, or falls to the next entry of the slot.
    private void BeginWrite(ref Slot slot)
    {
        Volatile.Write(ref slot.State, slot.State | SlotState.Writing);
        // The flag is visible before anything it warns of.
        Volatile.WriteBarrier();
        _steps.Next("begun");
    }

    private void EndWrite(ref Slot slot)
    {
        _steps.Next("end");
        Volatile.Write(ref slot.State, SlotState.Written(slot.State, ends: slot.ExpiresAt != CacheTime.Never));
        _steps.Next("ended");
    }

    private void Unlink(Storage storage, int place, ref Slot slot)
    {
        ref var link = ref storage.Buckets[slot.Hash >> storage.Shift];
        while (link != place)
            link = ref storage.Slots[link].Next;
        // A single word: readers see the chain with the entry or without it.
        Volatile.Write(ref link, slot.Next);
        _steps.Next("unlinked");
    }

    private int TakeFree()
    {
        if (_firstFree != None)
        {
            var free = _firstFree;
            _firstFree = At(free).Next;
            return free;
        }

        if (_used == Size)
            Grow();
        return _used++;
    }

    private void Grow()
    {
        var grown = _storage.Doubled();
        _storage = grown;
        _steps.Next("grown");
        if (_comparer is null)
            _settled = grown;
    }

    [DoesNotReturn]
    private static void ThrowNullKey() => throw new ArgumentNullException("key");

    /// <summary>An entry.</summary>
    internal struct Slot
    {
        /// <summary>See <see cref="SlotState"/>.</summary>
        public long State;
        public uint Hash;

        /// <summary>The place after it in its bucket's chain, zero at the end; of a free slot, the next free one.</summary>
        public int Next;
        public long ExpiresAt;
        public TKey Key;
        public TValue Value;
    }

    private sealed class Storage
    {
        // Places of slots, so that a new array is an empty table. Twice as many as slots: chains are short.
        public readonly int[] Buckets;

        // A slot's place is its number plus one. The first is no entry, ever: who finds an empty bucket finds it, and need not ask.
        public readonly Slot[] Slots;
        public readonly int Shift;

        public Storage(int size)
        {
            (Buckets, Slots, Shift) = (new int[size * 2], new Slot[size + 1], 31 - BitOperations.Log2((uint)size));
            Slots[0].State = SlotState.Writing;
        }

        public int Size => Slots.Length - 1;

        /// <summary>A copy twice the size. This one stays as it is, for those who still read it.</summary>
        public Storage Doubled()
        {
            var grown = new Storage(checked(Size * 2));
            Array.Copy(Slots, grown.Slots, Slots.Length);
            // From the last slot of each chain: there is no order to keep, since no reader walks the copy yet.
            for (var place = 1; place <= Size; place++)
            {
                ref var slot = ref grown.Slots[place];
                ref var bucket = ref grown.Buckets[slot.Hash >> grown.Shift];
                (slot.Next, bucket) = (bucket, place);
            }

            return grown;
        }
    }
}
