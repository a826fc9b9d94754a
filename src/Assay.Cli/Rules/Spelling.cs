namespace Assay.Cli.Rules;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
internal static class Spelling
{
    /// <summary>The known word with the fewest edits, when few enough to be a slip.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var most = Math.Max(1, word.Length / 3);
        return known
            .Select(candidate => (Word: candidate, Edits: Edits(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(candidate => candidate.Edits <= most)
            .OrderBy(candidate => candidate.Edits)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
    }

    // The Levenshtein distance, two rows at a time.
    private static int Edits(string from, string to)
    {
        var above = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var swap = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(swap, Math.Min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[to.Length];
    }
}
