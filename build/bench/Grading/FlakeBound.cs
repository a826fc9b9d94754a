namespace Assay.Bench.Grading;

/// <summary>How often something may happen that was seen so rarely.</summary>
internal static class FlakeBound
{
    private const double Doubt = 0.05;

    /// <summary>The one-sided 95 % upper bound of Clopper and Pearson on a probability.</summary>
    /// <param name="seen">How often it was seen.</param>
    /// <param name="of">In how many independent runs.</param>
    public static double Of(int seen, int of)
    {
        if (seen >= of)
            return 1;
        var (low, high) = ((double)seen / of, 1.0);
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            if (AtMost(seen, of, middle) > Doubt)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>The probability of seeing so many or fewer.</summary>
    private static double AtMost(int seen, int of, double probability)
    {
        var term = of * Math.Log(1 - probability);
        var sum = Math.Exp(term);
        for (var k = 1; k <= seen; k++)
        {
            term += Math.Log((double)(of - k + 1) / k) + Math.Log(probability / (1 - probability));
            sum += Math.Exp(term);
        }

        return sum;
    }
}
