using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.TestKit;

/// <summary>Applies a fix through the same doors an IDE uses.</summary>
public static class FixRunner
{
    private const int MostSteps = 50;

    /// <summary>Fixes the first fixable finding, looks again, and so on until none is left that has a fix.</summary>
    public static async Task<Project> OneByOneAsync(Project project, CodeFixProvider fix, Func<Project, Task<ImmutableArray<Diagnostic>>> findingsOf, string? title)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            if (await FirstFixedAsync(project, fix, await findingsOf(project), title) is not { } next)
                return project;
            project = next;
        }
        throw new TestFailure($"After {MostSteps} fixes there are still fixable findings:\n{await project.TextAsync()}");
    }

    /// <summary>Fixes all findings through the provider's Fix All.</summary>
    public static async Task<Project> AllAsync(Project project, CodeFixProvider fix, ImmutableArray<Diagnostic> findings)
    {
        var provider = fix.GetFixAllProvider() ?? throw new TestFailure($"{fix.GetType().Name} has no Fix All.");
        var document = project.GetDocument(findings[0].Location.SourceTree) ?? throw new TestFailure("The finding lies in no document.");
        var context = new FixAllContext(document, fix, FixAllScope.Solution, findings[0].Id, [findings[0].Id], new Known(findings), default);
        var action = await provider.GetFixAsync(context);
        return action is null ? project : await ApplyAsync(project, action);
    }

    private static async Task<Project?> FirstFixedAsync(Project project, CodeFixProvider fix, ImmutableArray<Diagnostic> findings, string? title)
    {
        foreach (var finding in findings)
        {
            var actions = new List<CodeAction>();
            var document = project.GetDocument(finding.Location.SourceTree) ?? throw new TestFailure("The finding lies in no document.");
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => actions.Add(action), default));
            if (actions.Count == 0)
                continue;
            if (title is not null && actions[0].Title != title)
                throw new TestFailure($"Expected the fix title '{title}', offered '{actions[0].Title}'.");
            return await ApplyAsync(project, actions[0]);
        }
        return null;
    }

    private static async Task<Project> ApplyAsync(Project project, CodeAction action)
    {
        var operations = await action.GetOperationsAsync(default);
        var change = operations.OfType<ApplyChangesOperation>().Single();
        // Through text, as a saved file would be: what a fix left in annotations must not help it afterwards.
        var changed = change.ChangedSolution.GetProject(project.Id)!;
        foreach (var id in changed.DocumentIds)
            changed = changed.GetDocument(id)!.WithText(await changed.GetDocument(id)!.GetTextAsync()).Project;
        return changed;
    }

    private sealed class Known(ImmutableArray<Diagnostic> findings) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(findings);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return findings.Where(d => d.Location.SourceTree?.FilePath == tree?.FilePath);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
