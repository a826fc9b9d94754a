namespace Assay.Grading.Batch.Similarity;

/// <summary>
/// Fingerprints by winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003): of each window of pieces the smallest hash is kept, so that any stretch which two programs share and that is
/// at least a piece and a window long leaves at least one fingerprint in both.
/// </summary>
internal static class Winnowing
{
    private const int Window = 4;

    /// <summary>The fingerprints of all units.</summary>
    public static HashSet<ulong> Of(IEnumerable<SyntaxUnit> units)
    {
        var kept = new HashSet<ulong>();
        foreach (var unit in units)
        {
            var grams = new ulong[unit.Grams];
            for (var i = 0; i < grams.Length; i++)
                grams[i] = unit.GramAt(i);
            for (var from = 0; from < grams.Length; from += 1)
            {
                kept.Add(Least(grams.AsSpan(from, Math.Min(Window, grams.Length - from))));
                if (from + Window >= grams.Length)
                    break;
            }
        }

        return kept;
    }

    private static ulong Least(ReadOnlySpan<ulong> window)
    {
        var least = window[0];
        foreach (var hash in window)
            least = Math.Min(least, hash);
        return least;
    }
}
