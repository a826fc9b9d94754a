using System.Collections.Immutable;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Cli.Loading;

/// <summary>A project for one target framework, or a group of loose files, ready to be analysed.</summary>
/// <param name="Name">How the reader knows it.</param>
/// <param name="Compilation">All of it, with what its generators made.</param>
/// <param name="Options">The options its rules read.</param>
/// <param name="Configs">The files the options come from.</param>
/// <param name="References">The loaded projects it references, with the way it does.</param>
/// <param name="Sources">The files a person may have written, by path.</param>
/// <param name="IsLoose">Whether it is a group of loose files.</param>
/// <param name="IsAsked">Whether it is to be scanned, or only there for others to compile against.</param>
internal sealed record LoadedProject(
    string Name,
    CSharpCompilation Compilation,
    AnalyzerOptions Options,
    EditorConfigs Configs,
    ImmutableArray<(LoadedProject Project, MetadataReferenceProperties Properties)> References,
    ImmutableDictionary<string, SourceFile> Sources,
    bool IsLoose,
    bool IsAsked);

/// <summary>Everything a scan looks at.</summary>
/// <param name="Projects">The projects, each after those it references.</param>
/// <param name="Notices">What could not be loaded, and what is odd.</param>
internal sealed record LoadedTargets(ImmutableArray<LoadedProject> Projects, ImmutableArray<Notice> Notices);

/// <summary>How to load.</summary>
/// <param name="Mode">The preset; null leaves it to the projects.</param>
/// <param name="Rules">The IDs of the only rules to run; all when empty.</param>
internal sealed record LoadOptions(Mode? Mode, ImmutableArray<string> Rules)
{
    public string? Preset => Presets.Config(Mode, Rules);

    public bool GeneratedIsScanned => Mode == Scanning.Mode.Grading;
}
