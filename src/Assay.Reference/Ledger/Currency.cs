namespace Assay.Reference.Ledger;

/// <summary>A currency by its code of three letters, as in ISO 4217. The default value is no currency, and requests that carry it are refused.</summary>
public readonly record struct Currency
{
    /// <summary>How many there are.</summary>
    public const int Count = Letters * Letters * Letters;

    private const int Letters = 26;

    // One more than the code as a number of three digits to the base 26, so that the default value is none of them.
    private readonly ushort _number;

    private Currency(int number) => _number = (ushort)number;

    /// <summary>Whether this is a currency and not the default value.</summary>
    public bool IsDefined => _number > 0;

    /// <summary>The number that stands for it in encodings: 1 for AAA to 17,576 for ZZZ; 0 of the default value.</summary>
    public int Number => _number;

    /// <summary>The currency of a code.</summary>
    /// <param name="code">Three letters from A to Z.</param>
    /// <returns>The currency.</returns>
    /// <exception cref="ArgumentException"><paramref name="code"/> is not of that form.</exception>
    public static Currency Of(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z'])
            throw new ArgumentException("A currency is three letters from A to Z.", nameof(code));
        return new Currency((((code[0] - 'A') * Letters) + (code[1] - 'A')) * Letters + (code[2] - 'A') + 1);
    }

    /// <summary>The currency of a <see cref="Number"/>.</summary>
    /// <param name="number">0 to 17,576.</param>
    /// <returns>The currency; the default value of 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No currency has that number.</exception>
    public static Currency OfNumber(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Count);
        return new Currency(number);
    }

    /// <summary>The code.</summary>
    /// <returns>Three letters, or a dash for the default value.</returns>
    public override string ToString()
    {
        if (!IsDefined)
            return "-";
        var rest = _number - 1;
        return string.Create(3, rest, static (code, number) =>
        {
            for (var i = 2; i >= 0; i--, number /= Letters)
                code[i] = (char)('A' + number % Letters);
        });
    }
}
