using System.Collections.Immutable;
using Assay.Cli.Scanning;

namespace Assay.Cli.Loading;

/// <summary>Compiles projects in the order of their references, so that a solution needs no prior build.</summary>
internal sealed class ProjectGraph
{
    private readonly ImmutableArray<ProjectReport> _reports;
    private readonly ImmutableArray<string> _asked;
    private readonly ProjectCompiler _compiler;
    private readonly List<Notice> _notices;
    private readonly Paths _paths;
    private readonly Progress _progress;
    private readonly Dictionary<string, ProjectReport> _byOutput = new(StringComparer.Ordinal);
    private readonly Dictionary<ProjectReport, LoadedProject?> _loaded = new(ReferenceEqualityComparer.Instance);
    private readonly List<LoadedProject> _order = [];

    public ProjectGraph(ImmutableArray<ProjectReport> reports, ImmutableArray<string> asked, ProjectCompiler compiler, List<Notice> notices, Paths paths, Progress progress)
    {
        (_reports, _asked, _compiler, _notices, _paths, _progress) = (reports, asked, compiler, notices, paths, progress);
        foreach (var report in reports)
        {
            foreach (var output in report.Outputs)
                _byOutput.TryAdd(Path.GetFullPath(output, report.Folder), report);
        }
    }

    /// <summary>All projects, each after those it references.</summary>
    public async Task<IReadOnlyList<LoadedProject>> CompileAsync(CancellationToken cancellationToken)
    {
        foreach (var report in _reports.Where(r => _asked.Contains(r.Project)))
            await LoadAsync(report, cancellationToken);
        return _order;
    }

    private async Task<LoadedProject?> LoadAsync(ProjectReport report, CancellationToken cancellationToken)
    {
        if (_loaded.TryGetValue(report, out var known))
        {
            // Begun and not finished: the references lead back here through names that only the SDK resolves.
            if (known is null)
                _notices.Add(Notice.Failed("is in a circle of project references: remove one of them", _paths.Shown(report.Project)));
            return known;
        }
        _loaded[report] = null;
        var referenced = new Dictionary<string, LoadedProject>(StringComparer.Ordinal);
        foreach (var path in Assemblies(report))
        {
            if (_byOutput.TryGetValue(path, out var other) && other != report && await LoadAsync(other, cancellationToken) is { } project)
                referenced[path] = project;
        }
        _progress.Show($"reading {Path.GetFileName(report.Project)}");
        var loaded = await _compiler.CompileAsync(report, referenced, _asked.Contains(report.Project), cancellationToken);
        _order.Add(loaded);
        return _loaded[report] = loaded;
    }

    private static IEnumerable<string> Assemblies(ProjectReport report) =>
        report.Compiler.MetadataReferences.Select(reference => reference.Reference)
            .Concat(report.References.Select(reference => reference.Output))
            .Select(path => Path.GetFullPath(path, report.Folder))
            .Distinct(StringComparer.Ordinal);
}
