namespace Assay.Grading.Intake;

/// <summary>How much a submission may be.</summary>
public sealed record IntakeLimits
{
    /// <summary>Entries of a folder or archive, sources or not.</summary>
    public int Entries { get; init; } = 2000;

    /// <summary>Bytes of all sources together, unpacked.</summary>
    public long Bytes { get; init; } = 8L << 20;

    /// <summary>Unpacked bytes for each packed one.</summary>
    public int Ratio { get; init; } = 100;

    /// <summary>Characters of a line.</summary>
    public int Line { get; init; } = 20_000;

    /// <summary>Preprocessor directives of a file: the compiler's time grows with the square of those that are open.</summary>
    public int Directives { get; init; } = 2000;
}
