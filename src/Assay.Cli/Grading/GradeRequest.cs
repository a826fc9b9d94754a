using Assay.Exercises;

namespace Assay.Cli.Grading;

/// <summary>What is to be graded, and how it is to be told.</summary>
/// <param name="Path">A submission or a folder of them, absolute.</param>
/// <param name="Exercise">What was asked.</param>
/// <param name="Formats">None for a summary.</param>
internal sealed record GradeRequest(string Path, Exercise Exercise, IReadOnlyList<string> Formats)
{
    /// <summary>The file for one submission's report.</summary>
    public string? Output { get; init; }

    /// <summary>The folder for reports.</summary>
    public string? Out { get; init; }

    /// <summary>How many at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>strong, weak or auto.</summary>
    public required string Isolation { get; init; }

    /// <summary>Decides everything random.</summary>
    public required int Seed { get; init; }

    /// <summary>The least score for exit code 0.</summary>
    public decimal? FailUnder { get; init; }

    /// <summary>A rubric file.</summary>
    public string? Rubric { get; init; }

    /// <summary>Whether weak isolation will do for many submissions.</summary>
    public bool TrustsCode { get; init; }
}
