namespace Assay.Reference.RateLimiting;

/// <summary>One decision over several limits, of which nobody else takes permits meanwhile.</summary>
internal static class JointDecision
{
    /// <summary>The most limits of one request: it holds them all while it decides.</summary>
    public const int MostLimits = 8;

    /// <summary>
    /// Looks at all limits before it takes from any: what was taken cannot be given back, because meanwhile time has passed for it.
    /// </summary>
    public static Decision Of(ReadOnlySpan<JointCell> cells, long timestamp, bool isTaking)
    {
        var (retryAfter, before, after) = (0L, int.MaxValue, int.MaxValue);
        foreach (var cell in cells)
        {
            if (cell.Permits == 0)
                continue;
            var decision = cell.Look(timestamp);
            // The longest, because permits that are back stay: when the last limit has them, all have. Unknown is the longest of all.
            retryAfter = Math.Max(retryAfter, decision.RetryAfterTicks);
            before = Math.Min(before, decision.Remaining);
            after = Math.Min(after, decision.Remaining - cell.Permits);
        }

        if (retryAfter > 0 || !isTaking)
            return new Decision(retryAfter == 0, retryAfter, before);
        foreach (var cell in cells)
        {
            if (cell.Permits > 0)
                cell.Take(timestamp);
        }

        return new Decision(true, 0, after);
    }
}
