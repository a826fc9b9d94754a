using System.Numerics;

namespace Assay.Reference.Caching;

/// <summary>
/// How often hashes were asked for of late, roughly and never too low: a count-min sketch of four rows of 4-bit counters that are
/// halved from time to time (Cormode and Muthukrishnan 2005; TinyLFU, Einziger, Friedman and Manes 2017). Not safe for concurrent use.
/// </summary>
internal sealed class FrequencySketch
{
    private const int Rows = 4;
    private const int Highest = 15;

    // Additions an entry between two halvings.
    private const int Sample = 30;
    private const ulong LowBitsOfHalves = 0x7777_7777_7777_7777;

    // Odd multipliers, one a row.
    private static readonly uint[] s_seeds = [0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F];

    // Each word holds four counters of each row.
    private readonly ulong[] _words;
    private readonly int _shift;
    private readonly long _period;
    private long _additions;

    /// <param name="entries">For so many entries in the cache.</param>
    public FrequencySketch(int entries)
    {
        var size = Math.Max(16, BitOperations.RoundUpToPowerOf2((uint)entries));
        _words = new ulong[size];
        _shift = 32 - BitOperations.Log2(size);
        _period = (long)entries * Sample;
    }

    public void Add(uint hash, int times)
    {
        var isCounted = false;
        for (var row = 0; row < Rows; row++)
        {
            ref var word = ref _words[Word(hash, row)];
            var offset = Offset(hash, row);
            var counter = (int)(word >> offset) & Highest;
            // Up to the highest, and not into the neighbour.
            var added = Math.Min(times, Highest - counter);
            word += (ulong)added << offset;
            isCounted |= added > 0;
        }

        // What all rows were too full to count does not age the others.
        _additions += isCounted ? times : 0;
        if (_additions >= _period)
            Halve();
    }

    public int Estimate(uint hash)
    {
        var least = Highest;
        for (var row = 0; row < Rows; row++)
            least = Math.Min(least, (int)(_words[Word(hash, row)] >> Offset(hash, row)) & Highest);
        return least;
    }

    private int Word(uint hash, int row)
    {
        var mixed = (hash ^ (hash >> 15)) * s_seeds[row];
        mixed = (mixed ^ (mixed >> 13)) * s_seeds[(row + 1) % Rows];
        return (int)(mixed >> _shift);
    }

    private static int Offset(uint hash, int row) => (row * 16) + (((int)(hash >> (row * 2)) & 3) * 4);

    private void Halve()
    {
        _additions /= 2;
        for (var i = 0; i < _words.Length; i++)
            _words[i] = (_words[i] >> 1) & LowBitsOfHalves;
    }
}
