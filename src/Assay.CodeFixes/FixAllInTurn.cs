using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Assay.CodeFixes;

/// <summary>
/// Fix All as a fold: every finding is tracked by annotation and fixed in turn in the result of the fixes before it. Merging
/// independent edits, as the stock batch fixer does, would drop those that touch the same member; a fix that makes a method
/// async or adds a constructor parameter touches it every time.
/// </summary>
internal sealed class FixAllInTurn(RuleFix fix) : FixAllProvider
{
    public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
    {
        var findings = await FindingsAsync(context).ConfigureAwait(false);
        if (findings.IsEmpty)
            return null;
        var title = $"Fix all {context.DiagnosticIds.First()}";
        return CodeAction.Create(title, stop => ApplyAsync(context.Solution, findings, stop), context.CodeActionEquivalenceKey);
    }

    /// <summary>The solution after fixing all <paramref name="findings"/> that have a fix.</summary>
    internal async Task<Solution> ApplyAsync(
        Solution solution,
        ImmutableArray<(DocumentId Document, ImmutableArray<Diagnostic> Diagnostics)> findings,
        CancellationToken cancellationToken)
    {
        var tracked = new List<TrackedFinding>();
        foreach (var (id, diagnostics) in findings)
        {
            var (document, marked) = await TrackedFinding.TrackAsync(solution.GetDocument(id)!, diagnostics, cancellationToken).ConfigureAwait(false);
            solution = document.Project.Solution;
            tracked.AddRange(marked);
        }
        foreach (var finding in tracked)
        {
            if (await fix.ApplyAsync(solution, finding, cancellationToken).ConfigureAwait(false) is { } applied)
                solution = applied.Changed;
        }
        return solution;
    }

    private static async Task<ImmutableArray<(DocumentId, ImmutableArray<Diagnostic>)>> FindingsAsync(FixAllContext context)
    {
        var result = ImmutableArray.CreateBuilder<(DocumentId, ImmutableArray<Diagnostic>)>();
        foreach (var document in DocumentsInScope(context))
        {
            var diagnostics = await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false);
            if (!diagnostics.IsEmpty)
                result.Add((document.Id, diagnostics));
        }
        return result.ToImmutable();
    }

    private static IEnumerable<Document> DocumentsInScope(FixAllContext context) => context.Scope switch
    {
        FixAllScope.Document => context.Document is { } document ? [document] : [],
        FixAllScope.Project => context.Project.Documents,
        FixAllScope.Solution => context.Solution.Projects.SelectMany(p => p.Documents),
        _ => [],
    };
}
