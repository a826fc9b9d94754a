namespace Assay.Verify;

/// <summary>Merges the legal orders of independent parts into one order of the whole that keeps real time.</summary>
internal static class WitnessMerge
{
    /// <summary>Such an order exists because linearizability is local (Herlihy and Wing 1990, theorem 1).</summary>
    public static List<Operation<TOp, TResult>> Merge<TOp, TResult>(IReadOnlyList<IReadOnlyList<Operation<TOp, TResult>>> parts)
    {
        var total = parts.Sum(part => part.Count);
        var merged = new List<Operation<TOp, TResult>>(total);
        var earliestReturns = parts.Select(EarliestReturnFrom).ToList();
        var heads = new int[parts.Count];
        while (merged.Count < total)
        {
            var earliest = Enumerable.Range(0, parts.Count).Min(part => earliestReturns[part][heads[part]]);
            // The head of some part began before every remaining return; it may come next.
            var chosen = Enumerable.Range(0, parts.Count)
                .First(part => heads[part] < parts[part].Count && parts[part][heads[part]].Invoked <= earliest);
            merged.Add(parts[chosen][heads[chosen]++]);
        }

        return merged;
    }

    private static long[] EarliestReturnFrom<TOp, TResult>(IReadOnlyList<Operation<TOp, TResult>> part)
    {
        var earliest = new long[part.Count + 1];
        earliest[^1] = long.MaxValue;
        for (var index = part.Count - 1; index >= 0; index--)
            earliest[index] = Math.Min(earliest[index + 1], part[index].Returned ?? long.MaxValue);
        return earliest;
    }
}
