using System.Globalization;

namespace Assay.Bench.Reference;

/// <summary>What a case is to reach: a bound of the ratio, and perhaps of the bytes an operation allocates.</summary>
internal sealed record Goal
{
    private readonly double? _atMost;
    private readonly double? _atLeast;
    private readonly double? _bytes;

    private Goal(double? atMost, double? atLeast, double? bytes) => (_atMost, _atLeast, _bytes) = (atMost, atLeast, bytes);

    public static Goal AtMost(double ratio, double? bytes = null) => new(ratio, null, bytes);

    public static Goal AtLeast(double ratio, double? bytes = null) => new(null, ratio, bytes);

    public static Goal Bytes(double bytes) => new(null, null, bytes);

    public bool IsMetBy(double ratio, double? bytes) =>
        (_atMost is null || ratio <= _atMost) && (_atLeast is null || ratio >= _atLeast) && (_bytes is null || bytes <= _bytes);

    public override string ToString()
    {
        string?[] parts = [Part("<= ", _atMost, ""), Part(">= ", _atLeast, ""), Part(_bytes > 0 ? "<= " : "", _bytes, " B")];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string? Part(string before, double? number, string after) =>
        number is { } bound ? before + bound.ToString(CultureInfo.InvariantCulture) + after : null;
}
