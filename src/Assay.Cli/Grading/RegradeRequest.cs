namespace Assay.Cli.Grading;

/// <summary>What is to be graded again or compared.</summary>
/// <param name="Results">A folder of records or one record, as given.</param>
internal sealed record RegradeRequest(string Results)
{
    /// <summary>The records to compare with; null to grade.</summary>
    public string? Against { get; init; }

    /// <summary>The folder for the new records; null to write none.</summary>
    public string? Out { get; init; }

    /// <summary>A rubric file.</summary>
    public string? Rubric { get; init; }

    /// <summary>Whether the stored evidence is scored and nothing is run.</summary>
    public bool Rescores { get; init; }

    /// <summary>text, json or csv.</summary>
    public required string Format { get; init; }

    /// <summary>How many at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>strong, weak or auto.</summary>
    public required string Isolation { get; init; }

    /// <summary>Whether weak isolation will do for many submissions.</summary>
    public bool TrustsCode { get; init; }
}
