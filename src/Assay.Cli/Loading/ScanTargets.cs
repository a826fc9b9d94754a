using System.Collections.Immutable;
using Assay.Cli.Scanning;

namespace Assay.Cli.Loading;

/// <summary>What the paths of the command line stand for.</summary>
/// <param name="Projects">The project files, absolute, each once.</param>
/// <param name="LooseFiles">The .cs files that belong to no project, in groups that are compiled together.</param>
/// <param name="Notices">What in a solution or folder is not scanned.</param>
internal sealed record ScanTargets(
    ImmutableArray<string> Projects,
    ImmutableArray<ImmutableArray<string>> LooseFiles,
    ImmutableArray<Notice> Notices)
{
    /// <summary>Why a path cannot be scanned at all; the first one found.</summary>
    public string? Error { get; init; }

    public static ScanTargets Wrong(string error) => new([], [], []) { Error = error };
}
