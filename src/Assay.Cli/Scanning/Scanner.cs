using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assay.Cli.Loading;
using Assay.Cli.Rules;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Cli.Scanning;

/// <summary>What the rules said about loaded projects.</summary>
/// <param name="Findings">In report order, each once.</param>
/// <param name="Notices">What failed or was left out.</param>
/// <param name="Size">What was looked at.</param>
/// <param name="AnythingSound">Whether any project was scanned with all rules and without compiler errors.</param>
/// <param name="Reported">The findings as the compiler knows them, before they were joined.</param>
internal sealed record ScanResult(
    ImmutableArray<Finding> Findings,
    ImmutableArray<Notice> Notices,
    ScanSize Size,
    bool AnythingSound,
    ImmutableArray<Reported> Reported);

/// <summary>A finding as the compiler knows it.</summary>
internal readonly record struct Reported(LoadedProject Project, Diagnostic Diagnostic);

/// <summary>Runs the rules over loaded projects.</summary>
internal sealed class Scanner(ImmutableArray<string> rules, ImmutableArray<DiagnosticAnalyzer> extra, FindingFactory findings, Paths paths, Progress progress)
{
    private const int ErrorsShown = 3;

    private readonly ConcurrentDictionary<string, Notice> _crashes = new(StringComparer.Ordinal);
    private readonly ImmutableArray<DiagnosticAnalyzer> _analyzers =
        [.. RuleCatalogue.CreateAnalyzers().Where(a => rules.IsEmpty || a.SupportedDiagnostics.Any(d => rules.Contains(d.Id))), .. extra];

    public async Task<ScanResult> ScanAsync(LoadedTargets targets, CancellationToken cancellationToken)
    {
        var asked = targets.Projects.Where(project => project.IsAsked).ToImmutableArray();
        var found = new List<Reported>();
        var notices = new List<Notice>(targets.Notices);
        var sound = false;
        for (var i = 0; i < asked.Length; i++)
        {
            progress.Show($"scanning {asked[i].Name} ({i + 1} of {asked.Length})");
            var crashes = _crashes.Count;
            var project = asked[i];
            var errors = Task.Run(() => CompilerErrors(project, cancellationToken), cancellationToken);
            var diagnostics = await DiagnosticsAsync(project.Compilation, project.Options, cancellationToken);
            found.AddRange(diagnostics.Select(diagnostic => new Reported(project, diagnostic)));
            var notice = await errors;
            if (notice is not null)
                notices.Add(notice);
            sound |= notice is not { Level: NoticeLevel.Failed } && _crashes.Count == crashes && !project.Sources.IsEmpty;
        }
        notices.AddRange(_crashes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value));
        var all = FindingFactory.Join(found.Select(one => findings.Create(one.Diagnostic)).OfType<Finding>());
        return new ScanResult(all, [.. notices.Distinct()], Size(asked), sound, [.. found]);
    }

    /// <summary>What the rules report about one compilation, suppressed findings included.</summary>
    public Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Compilation compilation, AnalyzerOptions options, CancellationToken cancellationToken) =>
        DiagnosticsAsync(compilation, options, _analyzers, rules, cancellationToken);

    /// <summary>What one rule reports about one compilation, suppressed findings included.</summary>
    public Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Compilation compilation, AnalyzerOptions options, string rule, CancellationToken cancellationToken) =>
        DiagnosticsAsync(compilation, options, [.. _analyzers.Where(a => a.SupportedDiagnostics.Any(d => d.Id == rule))], [rule], cancellationToken);

    private async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(
        Compilation compilation,
        AnalyzerOptions options,
        ImmutableArray<DiagnosticAnalyzer> analyzers,
        ImmutableArray<string> wanted,
        CancellationToken cancellationToken)
    {
        if (analyzers.IsEmpty)
            return [];
        var how = new CompilationWithAnalyzersOptions(
            options,
            NameCrash,
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false,
            reportSuppressedDiagnostics: true);
        var diagnostics = await compilation.WithAnalyzers(analyzers, how).GetAnalyzerDiagnosticsAsync(cancellationToken);
        return [.. diagnostics.Where(d => d.Id.StartsWith("ASSAY", StringComparison.Ordinal) && (wanted.IsEmpty || wanted.Contains(d.Id)))];
    }

    private void NameCrash(Exception exception, DiagnosticAnalyzer analyzer, Diagnostic diagnostic)
    {
        var rule = string.Join(", ", analyzer.SupportedDiagnostics.Select(d => RuleBook.Find(d.Id) is { } card ? $"{card.Id} {card.Name}" : d.Id).Distinct());
        var file = CrashedFile(diagnostic);
        _crashes.TryAdd(
            $"{rule} {file}",
            new Notice(NoticeLevel.Failed, $"rule {rule} failed with {exception.GetType().Name} and may have missed findings: please report it, and leave the rule out until then", file, exception.ToString()));
    }

    // The compiler tells the file only within the text about the crash.
    private string? CrashedFile(Diagnostic diagnostic)
    {
        const string Mark = "SyntaxTree: ";
        var text = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        var start = text.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var line = text[(start + Mark.Length)..];
        return paths.Shown(line[..(line.IndexOfAny(['\r', '\n']) is >= 0 and var end ? end : line.Length)].Trim());
    }

    private Notice? CompilerErrors(LoadedProject project, CancellationToken cancellationToken)
    {
        // Loose files leave out packages and other files; only names in declarations tell how much is missing, and that is cheap.
        var all = project.IsLoose ? project.Compilation.GetDeclarationDiagnostics(cancellationToken) : project.Compilation.GetDiagnostics(cancellationToken);
        var errors = all.Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start).ToList();
        if (errors.Count == 0)
            return null;
        if (project.IsLoose)
            return Notice.Note($"{errors.Count} declarations do not compile against .NET and ASP.NET Core alone; findings that need them may be missing", project.Name);
        var first = string.Join("; ", errors.Take(ErrorsShown).Select(Line));
        return Notice.Failed($"does not compile ({Counted.Of(errors.Count, "error")}), so findings may be missing: {first}", project.Name);
    }

    private string Line(Diagnostic error)
    {
        var message = $"{error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}".ReplaceLineEndings(" ");
        return error.Location.SourceTree is { } tree
            ? $"{paths.Shown(tree.FilePath)}({error.Location.GetLineSpan().StartLinePosition.Line + 1}): {message}"
            : message;
    }

    private ScanSize Size(ImmutableArray<LoadedProject> asked)
    {
        var files = asked.SelectMany(project => project.Sources.Values).Where(file => !paths.IsExcluded(file.Path)).DistinctBy(file => file.Path).ToList();
        var projects = asked.Where(project => !project.IsLoose).Select(project => project.Name).Distinct().Count();
        return new ScanSize(projects, files.Count, files.Sum(file => file.Text.Lines.Count));
    }
}
