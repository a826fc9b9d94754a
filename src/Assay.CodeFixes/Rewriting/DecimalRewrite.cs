using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Carries a change from float to decimal through the code that uses the value: asks the compiler what no longer fits, makes that
/// a decimal too, and asks again.
/// </summary>
internal static class DecimalRewrite
{
    private const int MostRounds = 12;

    /// <summary>The solution after the edits and all that follow from them; null when some use has to stay a float.</summary>
    public static async Task<Solution?> CompleteAsync(DecimalEdits edits, Solution before, Document start, CancellationToken cancellationToken)
    {
        var current = before;
        for (var round = 0; round < MostRounds; round++)
        {
            current = edits.ApplyTo(current, cancellationToken);
            var next = new DecimalEdits(current, edits.Names);
            var (isClean, isRepaired) = await RepairAsync(next, current, before, start, cancellationToken).ConfigureAwait(false);
            if (isClean)
                return current;
            if (!isRepaired || next.IsEmpty)
                return null;
            edits = next;
        }
        return null;
    }

    private static async Task<(bool IsClean, bool IsRepaired)> RepairAsync(DecimalEdits edits, Solution current, Solution before, Document start, CancellationToken cancellationToken)
    {
        var isClean = true;
        foreach (var id in Concerned(current, start, edits.Names))
        {
            var model = await current.GetDocument(id)!.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
            if (model is null)
                continue;
            foreach (var error in model.GetDiagnostics(cancellationToken: cancellationToken))
            {
                if (error.Severity != DiagnosticSeverity.Error || isClean && await HadErrorsAsync(before, id, cancellationToken).ConfigureAwait(false))
                    continue;
                isClean = false;
                var node = (await model.SyntaxTree.GetRootAsync(cancellationToken).ConfigureAwait(false)).FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
                if (!edits.AddRepair(error.Id, node, model, cancellationToken))
                    return (false, false);
            }
        }
        return (isClean, true);
    }

    // What does not compile before tells nothing afterwards; nothing is claimed of it.
    private static async Task<bool> HadErrorsAsync(Solution before, DocumentId id, CancellationToken cancellationToken)
    {
        var model = await before.GetDocument(id)!.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return model is not null && model.GetDiagnostics(cancellationToken: cancellationToken).Any(d => d.Severity == DiagnosticSeverity.Error);
    }

    // The document itself, and those of its project and of the projects above it that mention a changed name.
    private static IEnumerable<DocumentId> Concerned(Solution solution, Document start, IReadOnlyCollection<string> names)
    {
        var above = solution.GetProjectDependencyGraph().GetProjectsThatTransitivelyDependOnThisProject(start.Project.Id);
        foreach (var project in above.Prepend(start.Project.Id).Select(id => solution.GetProject(id)!))
        {
            foreach (var document in project.Documents)
            {
                if (document.Id == start.Id || !document.TryGetSyntaxRoot(out var root) || Mentions(root, names))
                    yield return document.Id;
            }
        }
    }

    private static bool Mentions(SyntaxNode root, IReadOnlyCollection<string> names) =>
        root.DescendantNodes().Any(n => n is SimpleNameSyntax name && names.Contains(name.Identifier.ValueText));
}
