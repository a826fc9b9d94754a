namespace Assay.Verify;

/// <summary>The set of calls placed so far, as bits with a hash kept up to date.</summary>
internal sealed class PlacedSet
{
    private readonly ulong[] _words;
    private ulong _hash;

    public PlacedSet(int operations) => _words = new ulong[(operations + 63) / 64];

    private PlacedSet(PlacedSet other) => (_words, _hash, Count) = ((ulong[])other._words.Clone(), other._hash, other.Count);

    public int Count { get; private set; }

    public void Flip(int operation)
    {
        Count += Contains(operation) ? -1 : 1;
        _words[operation >> 6] ^= 1UL << operation;
        _hash ^= Mixed((ulong)operation);
    }

    public bool Contains(int operation) => (_words[operation >> 6] >> operation & 1) == 1;

    public bool IsSubsetOf(PlacedSet other)
    {
        for (var word = 0; word < _words.Length; word++)
        {
            if ((_words[word] & ~other._words[word]) != 0)
                return false;
        }

        return true;
    }

    public PlacedSet Copy() => new(this);

    public bool SameAs(PlacedSet other) => _hash == other._hash && _words.AsSpan().SequenceEqual(other._words);

    public override int GetHashCode() => _hash.GetHashCode();

    public override bool Equals(object? obj) => obj is PlacedSet other && SameAs(other);

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a Zobrist key for each call without a table.
    private static ulong Mixed(ulong value)
    {
        value = unchecked((value + 1) * 0x9e3779b97f4a7c15);
        value = unchecked((value ^ (value >> 30)) * 0xbf58476d1ce4e5b9);
        value = unchecked((value ^ (value >> 27)) * 0x94d049bb133111eb);
        return value ^ (value >> 31);
    }
}
