using Microsoft.CodeAnalysis;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Asks the compiler whether a rewritten solution still compiles, where only it can tell.</summary>
internal static class CompileCheck
{
    /// <summary>Whether none of the documents has more errors in <paramref name="after"/> than it had before.</summary>
    public static async Task<bool> KeepsCompilingAsync(Solution before, Solution after, IEnumerable<DocumentId> documents, CancellationToken cancellationToken)
    {
        foreach (var id in documents)
        {
            var now = await ErrorsAsync(after, id, cancellationToken).ConfigureAwait(false);
            if (now > 0 && now > await ErrorsAsync(before, id, cancellationToken).ConfigureAwait(false))
                return false;
        }
        return true;
    }

    private static async Task<int> ErrorsAsync(Solution solution, DocumentId id, CancellationToken cancellationToken)
    {
        if (solution.GetDocument(id) is not { } document)
            return 0;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return model is null ? 0 : model.GetDiagnostics(cancellationToken: cancellationToken).Count(d => d.Severity == DiagnosticSeverity.Error);
    }
}
