namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>
/// Words of the source text that a rule needs before it has anything to say. A word may begin or end with a star, and
/// <c>new(</c> stands for a creation that leaves its type to the context.
/// </summary>
internal sealed class Words
{
    private readonly ulong[] _bits;

    private Words(ulong[] bits, int reach) => (_bits, Reach) = (bits, reach);

    public static Words Of(params string[] words)
    {
        var bits = new List<ulong>();
        var reach = 0;
        foreach (var word in words)
        {
            var id = Vocabulary.Add(word);
            reach = Math.Max(reach, id + 1);
            while (bits.Count <= id / 64)
                bits.Add(0);
            bits[id / 64] |= 1UL << (id % 64);
        }
        return new Words([.. bits], reach);
    }

    /// <summary>How large a vocabulary must be to know the words.</summary>
    public int Reach { get; }

    public bool Contains(int id) => id / 64 < _bits.Length && (_bits[id / 64] & (1UL << (id % 64))) != 0;

    /// <summary>Whether any of the words is among those whose bits are set.</summary>
    public bool Meets(ulong[] present)
    {
        var shared = Math.Min(present.Length, _bits.Length);
        for (var i = 0; i < shared; i++)
        {
            if ((_bits[i] & present[i]) != 0)
                return true;
        }
        return false;
    }
}
