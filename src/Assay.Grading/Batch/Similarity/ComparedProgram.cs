namespace Assay.Grading.Batch.Similarity;

/// <summary>One submission as it is compared: its members without what everybody was given.</summary>
internal sealed class ComparedProgram
{
    /// <summary>Prepares a submission.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="files">Its files.</param>
    /// <param name="given">The pieces of the starter and the contract: base code, which proves nothing.</param>
    public ComparedProgram(string name, IReadOnlyList<FileRecord> files, HashSet<ulong> given)
    {
        Name = name;
        // What is shorter than a piece is written alike by anybody.
        Units = [.. NormalForm.Of(files).Where(unit => unit.Grams > 0)];
        Own = [.. Units.Select(unit => OwnWords(unit, given))];
        Size = Own.Sum(words => words.Count(own => own));
        Fingerprints = Winnowing.Of(Units);
        Fingerprints.ExceptWith(given);
    }

    /// <summary>The submission's name.</summary>
    public string Name { get; }

    /// <summary>Its members.</summary>
    public SyntaxUnit[] Units { get; }

    /// <summary>For each word of each member, whether it is the submission's own.</summary>
    public bool[][] Own { get; }

    /// <summary>How many words are its own.</summary>
    public int Size { get; }

    /// <summary>By which candidates for a comparison are found.</summary>
    public HashSet<ulong> Fingerprints { get; }

    private static bool[] OwnWords(SyntaxUnit unit, HashSet<ulong> given)
    {
        var own = new bool[unit.Words.Length];
        Array.Fill(own, true);
        for (var i = 0; i < unit.Grams; i++)
        {
            if (given.Contains(unit.GramAt(i)))
                Array.Fill(own, false, i, SyntaxUnit.Gram);
        }

        return own;
    }
}
