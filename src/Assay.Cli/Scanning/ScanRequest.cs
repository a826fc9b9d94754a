using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Scanning;

/// <summary>The presets of severities.</summary>
internal enum Mode
{
    None,
    Default,
    Strict,
    Grading,
}

/// <summary>The forms a report is written in.</summary>
internal enum ReportFormat
{
    Text,
    Sarif,
    Json,
    GitHub,
}

/// <summary>What the command line asks of a scan.</summary>
internal sealed record ScanRequest
{
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>Take the .cs files of a folder as they are, whatever projects lie there.</summary>
    public bool Loose { get; init; }

    public ReportFormat Format { get; init; }

    public string? Output { get; init; }

    public bool Fix { get; init; }

    /// <summary>Fix even where git could not undo it.</summary>
    public bool Force { get; init; }

    public string? Baseline { get; init; }

    public bool UpdateBaseline { get; init; }

    /// <summary>The least severity that makes the exit code 1; null when nothing does.</summary>
    public DiagnosticSeverity? FailOn { get; init; } = DiagnosticSeverity.Warning;

    /// <summary>The IDs of the only rules to run; all when empty.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    public ImmutableArray<string> Excludes { get; init; } = [];

    /// <summary>The preset; null leaves it to the projects.</summary>
    public Mode? Mode { get; init; }

    public bool ShowSuppressed { get; init; }

    public bool NoColor { get; init; }

    public bool Verbose { get; init; }
}
