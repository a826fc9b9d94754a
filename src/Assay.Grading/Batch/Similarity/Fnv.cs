namespace Assay.Grading.Batch.Similarity;

/// <summary>FNV-1a in 64 bits: a hash that is the same in every process, unlike that of <see cref="string"/>.</summary>
internal static class Fnv
{
    /// <summary>The hash of nothing.</summary>
    public const ulong Start = 14695981039346656037;

    private const ulong Prime = 1099511628211;

    /// <summary>A text's hash.</summary>
    public static ulong Of(string text)
    {
        var hash = Start;
        foreach (var character in text)
            hash = (hash ^ character) * Prime;
        return hash;
    }

    /// <summary>The hash of what came before and one more number.</summary>
    public static ulong Add(ulong hash, ulong number)
    {
        for (var shift = 0; shift < 64; shift += 16)
            hash = (hash ^ ((number >> shift) & 0xFFFF)) * Prime;
        return hash;
    }
}
