using System.Collections.Immutable;
using Assay.Cli.Scanning;

namespace Assay.Cli.Loading;

/// <summary>Finds out what the paths of the command line stand for.</summary>
internal sealed class TargetFinder(Paths paths, bool loose)
{
    private readonly List<string> _projects = [];
    private readonly List<string> _singleFiles = [];
    private readonly List<ImmutableArray<string>> _folders = [];
    private readonly List<Notice> _notices = [];

    public ScanTargets Find(ImmutableArray<string> given)
    {
        foreach (var path in given)
        {
            if (Add(path, paths.Absolute(path)) is { } error)
                return ScanTargets.Wrong(error);
        }
        var files = _singleFiles.Distinct(StringComparer.Ordinal).ToImmutableArray();
        return new ScanTargets(
            [.. _projects.Distinct(StringComparer.Ordinal)],
            [.. files.IsEmpty ? [] : new[] { files }, .. _folders],
            [.. _notices]);
    }

    private string? Add(string given, string path)
    {
        if (Directory.Exists(path))
            return AddFolder(given, path);
        if (!File.Exists(path))
            return $"'{given}' does not exist: give a solution, a project, a folder or a .cs file";
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".sln" or ".slnx":
                return AddSolution(given, path);
            case ".csproj":
                _projects.Add(path);
                return null;
            case ".cs":
                _singleFiles.Add(path);
                return null;
            default:
                return $"'{given}' is no C# input: give a .sln, .slnx, .csproj or .cs file, or a folder";
        }
    }

    private string? AddSolution(string given, string path)
    {
        var (projects, error) = SolutionFile.Projects(path);
        if (error is not null)
            return $"'{given}' cannot be read as a solution: {error}";
        foreach (var project in projects.Where(p => !paths.IsExcluded(p)))
        {
            if (!project.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
                _notices.Add(Notice.Note("is not a C# project and not scanned", paths.Shown(project)));
            else if (!File.Exists(project))
                _notices.Add(Notice.Failed($"does not exist, though {Path.GetFileName(path)} names it", paths.Shown(project)));
            else
                _projects.Add(project);
        }
        return projects.IsEmpty ? $"'{given}' names no project" : null;
    }

    private string? AddFolder(string given, string path)
    {
        if (loose)
            return AddLoose(given, path);
        var solutions = SourceTree.In(path, ".sln", ".slnx");
        if (solutions.Length > 1)
            return $"'{given}' holds several solutions: name one of {string.Join(", ", solutions.Select(Path.GetFileName))}";
        if (solutions.Length == 1)
            return AddSolution(given, solutions[0]);
        var projects = SourceTree.In(path, ".csproj");
        if (projects.IsEmpty)
            projects = [.. SourceTree.Below(path, ".csproj").Where(p => !paths.IsExcluded(p))];
        if (projects.IsEmpty)
            return AddLoose(given, path);
        _projects.AddRange(projects);
        return null;
    }

    private string? AddLoose(string given, string path)
    {
        var files = SourceTree.Below(path, ".cs").Where(file => !paths.IsExcluded(file)).ToImmutableArray();
        if (files.IsEmpty)
            return $"'{given}' holds no C# file: give a folder with a solution, a project or .cs files";
        _folders.Add(files);
        return null;
    }
}
