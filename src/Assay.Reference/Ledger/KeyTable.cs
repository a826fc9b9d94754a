using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Assay.Reference.Ledger;

/// <summary>
/// Finds the event of a key: a flat table of eight bytes an entry, linear probing, at most half full. For one writer.
/// </summary>
/// <remarks>
/// An entry is a tag of 32 bits of the key's hash and the event's number. The key itself is compared in the event, which is read only when
/// the tags agree, so that a new key costs one cache miss however many keys there are.
/// </remarks>
internal sealed class KeyTable
{
    private const ulong TagMask = 0xFFFF_FFFF_0000_0000;

    private readonly EventStore _events;

    // Clients choose keys. Without secret seeds they could choose such as fall on one place and make every look-up a walk.
    private readonly ulong _seedLow = Secret();
    private readonly ulong _seedHigh = Secret();
    private ulong[] _entries;
    private int _count;

    public KeyTable(int expected, EventStore events)
    {
        _events = events;
        _entries = new ulong[(int)Math.Max(1024, BitOperations.RoundUpToPowerOf2((uint)expected * 2))];
    }

    // The folded product of wyhash: one multiplication spreads all 128 bits over the place (low half) and the tag (high half).
    public ulong HashOf(RequestKey key)
    {
        var high = Math.BigMul((ulong)key.Value ^ _seedLow, (ulong)(key.Value >> 64) ^ _seedHigh, out var low);
        return high ^ low;
    }

    /// <summary>The entry at which the search for a hash begins: reading it brings its cache line.</summary>
    public ulong Peek(ulong hash) => _entries[(int)hash & (_entries.Length - 1)];

    /// <summary>The number of a key's event, or zero, and the place where the search ended: where the key belongs when it is new.</summary>
    public long Find(RequestKey key, ulong hash, out int place)
    {
        var entries = _entries;
        var mask = entries.Length - 1;
        for (place = (int)hash & mask; ; place = (place + 1) & mask)
        {
            var entry = entries[place];
            if (entry == 0)
                return 0;
            if (((entry ^ hash) & TagMask) == 0 && _events.KeyOf((uint)entry) == key)
                return (uint)entry;
        }
    }

    /// <summary>Adds a key that was not found, at the place where the search ended; its event is stored already.</summary>
    public void Add(ulong hash, int place, long sequence)
    {
        _entries[place] = EntryOf(hash, sequence);
        if (++_count * 2L > _entries.Length)
            Grow();
    }

    private void Put(ulong hash, long sequence)
    {
        var mask = _entries.Length - 1;
        var place = (int)hash & mask;
        while (_entries[place] != 0)
            place = (place + 1) & mask;
        _entries[place] = EntryOf(hash, sequence);
    }

    // From the entries, not from the events: what time has caused repeats a key that stands in the table under its request.
    private void Grow()
    {
        var old = _entries;
        _entries = new ulong[checked(old.Length * 2)];
        foreach (var entry in old)
        {
            if (entry != 0)
                Put(HashOf(_events.KeyOf((uint)entry)), (uint)entry);
        }
    }

    private static ulong EntryOf(ulong hash, long sequence) => (hash & TagMask) | (uint)sequence;

    private static ulong Secret()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
