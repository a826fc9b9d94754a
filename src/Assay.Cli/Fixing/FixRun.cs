using System.Collections.Immutable;
using Assay.Cli.Baselines;
using Assay.Cli.Loading;
using Assay.Cli.Scanning;
using Assay.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Cli.Fixing;

/// <summary>What fixing came to.</summary>
/// <param name="Files">The new texts, by path.</param>
/// <param name="After">What was loaded, with the fixes in it.</param>
/// <param name="Notices">The fixes that were not kept.</param>
internal sealed record FixResult(ImmutableSortedDictionary<string, string> Files, LoadedTargets After, ImmutableArray<Notice> Notices);

/// <summary>Applies the fixes of one rule after the other to a solution, in memory.</summary>
internal sealed class FixRun(LoadedTargets targets, FixWorkspace workspace, Scanner scanner, FindingFactory findings, Baseline? baseline, Progress progress)
{
    private readonly List<Notice> _notices = [];

    /// <param name="rules">The IDs of the rules that found something.</param>
    /// <param name="cancellationToken">Ends the run; nothing is written until it is done.</param>
    public async Task<FixResult> RunAsync(IEnumerable<string> rules, CancellationToken cancellationToken)
    {
        var solution = workspace.Original;
        var asked = rules.ToHashSet(StringComparer.Ordinal);
        foreach (var rule in RuleCatalogue.All.Where(rule => rule.FixType is not null && asked.Contains(rule.Id)))
        {
            foreach (var project in targets.Projects.Where(project => project.IsAsked))
            {
                progress.Show($"fixing {rule.Id} in {project.Name}");
                solution = await FixAsync(solution, project, rule, cancellationToken);
            }
        }
        return new FixResult(await ChangesAsync(solution, cancellationToken), await AfterAsync(solution, cancellationToken), [.. _notices]);
    }

    private async Task<Solution> FixAsync(Solution solution, LoadedProject loaded, RuleEntry rule, CancellationToken cancellationToken)
    {
        var project = solution.GetProject(workspace.IdOf(loaded))!;
        if (rule.CreateFix() is not RuleFix fix)
            return solution;
        var fixable = await FixableAsync(project, loaded, fix, rule.Id, cancellationToken);
        if (fixable.IsEmpty)
            return solution;
        var context = new FixAllContext(project, fix, FixAllScope.Project, rule.Id, [rule.Id], new Known(fixable), cancellationToken);
        if (await fix.GetFixAllProvider().GetFixAsync(context) is not { } action)
            return solution;
        var operations = await action.GetOperationsAsync(solution, new Progress<CodeAnalysisProgress>(), cancellationToken);
        if (operations.OfType<ApplyChangesOperation>().FirstOrDefault()?.ChangedSolution is not { } changed)
            return solution;
        changed = await SharedFilesAsync(solution, changed, cancellationToken);
        if (await ErrorsAsync(changed, project.Id, cancellationToken) <= await ErrorsAsync(solution, project.Id, cancellationToken))
            return changed;
        _notices.Add(Notice.Failed($"the fixes of {rule.Id} {rule.Name} would not compile here and were left out: please report it", loaded.Name));
        return solution;
    }

    // Asking for titles first costs no new compilation for each finding that has no fix.
    private async Task<ImmutableArray<Diagnostic>> FixableAsync(Project project, LoadedProject loaded, RuleFix fix, string rule, CancellationToken cancellationToken)
    {
        var compilation = await CompilationAsync(project, loaded, cancellationToken);
        var result = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var finding in ToBeFixed(await scanner.DiagnosticsAsync(compilation, loaded.Options, rule, cancellationToken), loaded))
        {
            var document = project.Documents.FirstOrDefault(d => d.FilePath == finding.Location.SourceTree?.FilePath);
            if (document is not null && await fix.TitleAsync(document, finding, cancellationToken) is not null)
                result.Add(finding);
        }
        return result.ToImmutable();
    }

    // A fix may change a signature that another project calls.
    private static async Task<int> ErrorsAsync(Solution solution, ProjectId changed, CancellationToken cancellationToken)
    {
        var errors = 0;
        foreach (var id in solution.GetProjectDependencyGraph().GetProjectsThatTransitivelyDependOnThisProject(changed).Prepend(changed))
        {
            var compilation = (await solution.GetProject(id)!.GetCompilationAsync(cancellationToken))!;
            errors += compilation.GetDiagnostics(cancellationToken).Count(d => d.Severity == DiagnosticSeverity.Error);
        }
        return errors;
    }

    private static async Task<CSharpCompilation> CompilationAsync(Project project, LoadedProject loaded, CancellationToken cancellationToken)
    {
        var compilation = (CSharpCompilation)(await project.GetCompilationAsync(cancellationToken))!;
        // The workspace reads its own copy of the config files, which knows neither presets nor grading.
        return compilation.WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(loaded.Configs.Severities));
    }

    // The same sieve that decides what counts in the report, and only files of the person who scans.
    private ImmutableArray<Diagnostic> ToBeFixed(ImmutableArray<Diagnostic> diagnostics, LoadedProject loaded)
    {
        var all = FindingFactory.Join(diagnostics.Select(findings.Create).OfType<Finding>());
        var counting = (baseline?.Mark(all) ?? all)
            .Where(finding => finding.Counts && loaded.Sources.ContainsKey(finding.Place.Path))
            .Select(finding => (finding.Place.Path, finding.Place.Span))
            .ToHashSet();
        return [.. diagnostics.Where(d => d.Location.SourceTree is { } tree && counting.Contains((tree.FilePath, d.Location.SourceSpan)))];
    }

    // A file of several target frameworks is one file on disk: what was fixed in one must be seen by the others.
    private static async Task<Solution> SharedFilesAsync(Solution before, Solution after, CancellationToken cancellationToken)
    {
        var result = after;
        foreach (var id in after.GetChanges(before).GetProjectChanges().SelectMany(change => change.GetChangedDocuments()))
        {
            var document = after.GetDocument(id)!;
            var text = await document.GetTextAsync(cancellationToken);
            foreach (var same in before.GetDocumentIdsWithFilePath(document.FilePath))
                result = result.WithDocumentText(same, text);
        }
        return result;
    }

    private async Task<ImmutableSortedDictionary<string, string>> ChangesAsync(Solution solution, CancellationToken cancellationToken)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var change in solution.GetChanges(workspace.Original).GetProjectChanges())
        {
            foreach (var id in change.GetChangedDocuments().Concat(change.GetAddedDocuments()))
            {
                if (solution.GetDocument(id) is { FilePath: { } path } document)
                    files[path] = (await document.GetTextAsync(cancellationToken)).ToString();
            }
        }
        return files.ToImmutable();
    }

    private async Task<LoadedTargets> AfterAsync(Solution solution, CancellationToken cancellationToken)
    {
        var projects = ImmutableArray.CreateBuilder<LoadedProject>();
        foreach (var project in targets.Projects)
            projects.Add(project with { Compilation = await CompilationAsync(solution.GetProject(workspace.IdOf(project))!, project, cancellationToken) });
        return targets with { Projects = projects.ToImmutable() };
    }

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(d => d.Location.SourceTree?.FilePath == document.FilePath));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
