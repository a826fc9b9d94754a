namespace Assay.Grading.Batch.Similarity;

/// <summary>One member's normalised words: the piece of a program that may move about without becoming another one.</summary>
/// <param name="Path">The file it stands in.</param>
/// <param name="Member">What its author calls it.</param>
/// <param name="Words">A hash for each word of the normal form.</param>
/// <param name="Lines">The line of each word, from one.</param>
internal sealed record SyntaxUnit(string Path, string Member, ulong[] Words, int[] Lines)
{
    /// <summary>How many words make one comparable piece: fewer than this two people write alike by chance.</summary>
    public const int Gram = 14;

    /// <summary>How many pieces begin in it.</summary>
    public int Grams => Math.Max(0, Words.Length - Gram + 1);

    /// <summary>The piece that begins at a word, as one number, the same on every machine.</summary>
    public ulong GramAt(int start)
    {
        var hash = Fnv.Start;
        for (var i = start; i < start + Gram; i++)
            hash = Fnv.Add(hash, Words[i]);
        return hash;
    }
}
