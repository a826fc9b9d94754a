namespace Assay.Reference.Ledger;

/// <summary>An amount of a currency in its minor units (cents, yen, fils): whole numbers only, so nothing is ever rounded in a balance.</summary>
/// <param name="MinorUnits">The amount in minor units.</param>
/// <param name="Currency">The currency.</param>
public readonly record struct Money(long MinorUnits, Currency Currency)
{
    /// <summary>
    /// The largest amount and balance: 2^62 − 1 minor units, on both sides of zero. Half of what 64 bits hold, so that a balance in bounds
    /// plus an amount in bounds never overflows: sums are compared first and need no wider type.
    /// </summary>
    public const long Max = (1L << 62) - 1;

    /// <summary>
    /// Splits the amount in proportion to weights, without losing or inventing a minor unit: the shares sum to the amount. Largest
    /// remainder (Hamilton's method); equal remainders go to the earlier share.
    /// </summary>
    /// <param name="weights">The weights; not negative, at least one positive.</param>
    /// <returns>A share for each weight, each less than one minor unit from its exact value.</returns>
    /// <exception cref="ArgumentException">A weight is negative, or none is positive.</exception>
    public Money[] Split(params ReadOnlySpan<long> weights)
    {
        Int128 total = 0;
        foreach (var weight in weights)
        {
            if (weight < 0)
                throw new ArgumentException("A weight must not be negative.", nameof(weights));
            total += weight;
        }

        if (total == 0)
            throw new ArgumentException("At least one weight must be positive.", nameof(weights));
        var (shares, remainders) = Floors(weights, total);
        var left = Int128.Abs(MinorUnits) - shares.Aggregate((Int128)0, (sum, share) => sum + share);
        // Fewer units are left than shares have a remainder, so none gets two and none without a claim gets one.
        foreach (var i in Enumerable.Range(0, shares.Length).OrderByDescending(i => remainders[i]).ThenBy(i => i).Take((int)left))
            shares[i]++;
        var (sign, currency) = (Math.Sign(MinorUnits), Currency);
        return [.. shares.Select(share => new Money((long)(sign * share), currency))];
    }

    /// <summary>The amount in minor units and the currency.</summary>
    /// <returns>Text for people and logs.</returns>
    public override string ToString() => $"{MinorUnits} {Currency}";

    private (Int128[] Shares, Int128[] Remainders) Floors(ReadOnlySpan<long> weights, Int128 total)
    {
        var (shares, remainders) = (new Int128[weights.Length], new Int128[weights.Length]);
        // Of the magnitude, so that a refund is split exactly as the charge was. 63 + 63 bits: the product fits 128.
        var magnitude = Int128.Abs(MinorUnits);
        for (var i = 0; i < weights.Length; i++)
            (shares[i], remainders[i]) = Int128.DivRem(magnitude * weights[i], total);
        return (shares, remainders);
    }
}
