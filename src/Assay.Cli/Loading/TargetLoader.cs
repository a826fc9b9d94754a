using System.Collections.Immutable;
using Assay.Cli.Scanning;

namespace Assay.Cli.Loading;

/// <summary>Turns what the command line names into compilations.</summary>
internal sealed class TargetLoader
{
    private readonly CliContext _context;
    private readonly Paths _paths;
    private readonly Progress _progress;
    private readonly SourceParser _parser;
    private readonly ProjectCompiler _projects;
    private readonly LooseCompiler _loose;

    public TargetLoader(CliContext context, Paths paths, LoadOptions options, Progress progress)
    {
        (_context, _paths, _progress) = (context, paths, progress);
        var references = new ReferenceFiles();
        _parser = new SourceParser(paths);
        _projects = new ProjectCompiler(_parser, references, new Generators(), options, paths);
        _loose = new LooseCompiler(_parser, references, options, paths);
    }

    public async Task<LoadedTargets> LoadAsync(ScanTargets targets, CancellationToken cancellationToken)
    {
        var notices = new List<Notice>(targets.Notices);
        var projects = new List<LoadedProject>();
        if (!targets.Projects.IsEmpty)
            projects.AddRange(await ProjectsAsync(targets.Projects, notices, cancellationToken));
        foreach (var files in targets.LooseFiles)
        {
            _progress.Show($"reading {files.Length} files");
            projects.Add(await _loose.CompileAsync(files, cancellationToken));
        }
        return new LoadedTargets([.. projects], [.. notices, .. _parser.Notices]);
    }

    private async Task<IReadOnlyList<LoadedProject>> ProjectsAsync(ImmutableArray<string> asked, List<Notice> notices, CancellationToken cancellationToken)
    {
        var circles = ReferenceCircles.Find(asked, ProjectFile.References);
        NameCircle(circles, asked, notices);
        var sound = asked.Where(project => !circles.Caught.Contains(project)).ToImmutableArray();
        if (sound.IsEmpty)
            return [];
        // The SDK takes a second or more, in a process of its own.
        var warm = WarmUp.RunAsync(_loose, cancellationToken);
        using var query = new SdkQuery(Path.GetDirectoryName(sound[0])!, _context.Environment.Variables, _progress);
        var answer = await query.AskAsync(sound, cancellationToken);
        await warm;
        NameFailures(answer, sound, notices);
        return await new ProjectGraph(answer.Reports, sound, _projects, notices, _paths, _progress).CompileAsync(cancellationToken);
    }

    private void NameCircle(ReferenceCircles circles, ImmutableArray<string> asked, List<Notice> notices)
    {
        if (circles.Circle.IsEmpty)
            return;
        var circle = string.Join(" → ", circles.Circle.Select(Path.GetFileName));
        notices.Add(Notice.Failed($"is in a circle of project references ({circle}): remove one of them", _paths.Shown(circles.Circle[0])));
        foreach (var project in asked.Where(p => circles.Caught.Contains(p) && !circles.Circle.Contains(p)))
            notices.Add(Notice.Failed("references projects that reference each other in a circle", _paths.Shown(project)));
    }

    private void NameFailures(SdkAnswer answer, ImmutableArray<string> asked, List<Notice> notices)
    {
        if (answer.Unusable is not null)
        {
            notices.Add(Notice.Failed(answer.Unusable));
            return;
        }
        foreach (var project in asked)
        {
            var error = answer.Errors.FirstOrDefault(e => e.IsAbout(project));
            if (error is not null)
                notices.Add(Notice.Failed($"{(answer.Reports.Any(r => r.Project == project) ? "loads only in part" : "does not load")}: {error.Code}: {error.Message}", _paths.Shown(project)));
            else if (!answer.Reports.Any(r => r.Project == project))
                notices.Add(Notice.Failed("does not load: the SDK reports no compiler arguments for it", _paths.Shown(project)));
        }
    }
}
