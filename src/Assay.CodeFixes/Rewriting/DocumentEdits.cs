using Microsoft.CodeAnalysis;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Edits of nodes in several documents, applied together. An edit gets its node with the edits inside it already made, so
/// that nested edits do not undo each other and annotations live on.
/// </summary>
internal sealed class DocumentEdits
{
    private readonly Dictionary<SyntaxTree, Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>> _edits = [];

    public void Add<T>(T node, Func<T, SyntaxNode> edit)
        where T : SyntaxNode
    {
        if (!_edits.TryGetValue(node.SyntaxTree, out var ofTree))
            _edits.Add(node.SyntaxTree, ofTree = []);
        var before = ofTree.TryGetValue(node, out var earlier) ? earlier : null;
        ofTree[node] = current => edit((T)(before is null ? current : before(current)));
    }

    /// <summary>The solution after the edits and the documents they changed; null when one lies in no document of it.</summary>
    public async Task<(Solution Changed, IReadOnlyCollection<DocumentId> Documents)?> ApplyAsync(Solution solution, CancellationToken cancellationToken)
    {
        var changed = solution;
        var documents = new List<DocumentId>();
        foreach (var edits in _edits)
        {
            // What a source generator wrote cannot be edited.
            if (solution.GetDocument(edits.Key) is not { } document || document is SourceGeneratedDocument)
                return null;
            var root = await edits.Key.GetRootAsync(cancellationToken).ConfigureAwait(false);
            changed = changed.WithDocumentSyntaxRoot(document.Id, root.ReplaceNodes(edits.Value.Keys, (original, current) => edits.Value[original](current)));
            documents.Add(document.Id);
        }
        return (changed, documents);
    }
}
