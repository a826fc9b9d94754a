using System.Numerics;

namespace Assay.Reference.Caching;

/// <summary>
/// The hashes of what was evicted last, in a table without chains: a newcomer takes the place of what stands there, so it forgets a
/// little early. It costs no allocation, and its memory is bounded by the number of entries. Not safe for concurrent use.
/// </summary>
internal sealed class GhostTable
{
    private readonly (uint Hash, uint Turn)[] _places;
    private readonly int _shift;
    private readonly uint _memory;

    // Counts evictions, and may wrap: differences stay right.
    private uint _turn;

    /// <param name="entries">How many of the last evictions are remembered.</param>
    public GhostTable(int entries)
    {
        var size = Math.Max(64, BitOperations.RoundUpToPowerOf2((uint)entries) * 4);
        _places = new (uint, uint)[size];
        _shift = 32 - BitOperations.Log2(size);
        (_memory, _turn) = ((uint)entries, (uint)entries + 1);
    }

    public void Add(uint hash) => _places[Place(hash)] = (hash, ++_turn);

    public bool Contains(uint hash)
    {
        var (there, turn) = _places[Place(hash)];
        return there == hash && _turn - turn < _memory;
    }

    private uint Place(uint hash) => (hash * 0x85EBCA6B) >> _shift;
}
