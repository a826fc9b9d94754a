using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes;

/// <summary>
/// One finding as a fix sees it: the reported node in the current state of its document. During Fix All the document may
/// already hold earlier fixes; the node, its related nodes and the model are always those of the current state.
/// </summary>
/// <param name="Document">The document of the finding.</param>
/// <param name="Root">The root of <paramref name="Document"/>.</param>
/// <param name="Node">The smallest node with the reported span.</param>
/// <param name="Related">The nodes of the finding's additional locations that lie in the same document and still exist.</param>
/// <param name="Model">The semantic model of <paramref name="Document"/>.</param>
/// <param name="Properties">What the rule put into the finding for its fix.</param>
internal sealed record FixSite(
    Document Document,
    CompilationUnitSyntax Root,
    SyntaxNode Node,
    ImmutableArray<SyntaxNode> Related,
    SemanticModel Model,
    ImmutableDictionary<string, string?> Properties)
{
    /// <summary>The site of a finding in a document that no fix has touched yet; null when the document is no C# source.</summary>
    public static async Task<FixSite?> AtAsync(Document document, Diagnostic finding, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) as CompilationUnitSyntax;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || model is null || !root.FullSpan.Contains(finding.Location.SourceSpan))
            return null;
        var related = finding.AdditionalLocations.Where(other => other.SourceTree?.FilePath == root.SyntaxTree.FilePath && root.FullSpan.Contains(other.SourceSpan));
        return new FixSite(document, root, Node(finding.Location), [.. related.Select(Node)], model, finding.Properties);

        SyntaxNode Node(Location place) => root.FindNode(place.SourceSpan, getInnermostNodeForTie: true);
    }

    public Solution Solution => Document.Project.Solution;

    /// <summary>The fix that swaps one node of the document for another.</summary>
    public Fix Replace(string title, SyntaxNode node, SyntaxNode replacement) =>
        Rewrite(title, Root.ReplaceNode(node, replacement));

    /// <summary>The fix whose result is the document with this root.</summary>
    public Fix Rewrite(string title, SyntaxNode root) =>
        new(title, Document.WithSyntaxRoot(root).Project.Solution);
}

/// <summary>What a fix offers: the title the developer reads and the solution after it.</summary>
internal sealed record Fix(string Title, Solution Changed);
