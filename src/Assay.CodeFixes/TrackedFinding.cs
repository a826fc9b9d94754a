using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Assay.CodeFixes;

/// <summary>A finding whose nodes carry annotations, so that it is found again after other fixes have moved it.</summary>
internal sealed class TrackedFinding
{
    private readonly DocumentId _document;
    private readonly SyntaxAnnotation _node = new();
    private readonly ImmutableArray<SyntaxAnnotation> _related;

    private TrackedFinding(DocumentId document, Diagnostic diagnostic)
    {
        _document = document;
        Diagnostic = diagnostic;
        _related = [.. diagnostic.AdditionalLocations.Select(_ => new SyntaxAnnotation())];
    }

    public Diagnostic Diagnostic { get; }

    /// <summary>Marks the nodes of one finding in its document.</summary>
    public static async Task<(Document, TrackedFinding)> TrackAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var (marked, findings) = await TrackAsync(document, [diagnostic], cancellationToken).ConfigureAwait(false);
        return (marked, findings[0]);
    }

    /// <summary>Marks the nodes of all <paramref name="diagnostics"/>, which lie in <paramref name="document"/>, in source order.</summary>
    public static async Task<(Document, ImmutableArray<TrackedFinding>)> TrackAsync(
        Document document,
        ImmutableArray<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"{document.Name} has no syntax tree");
        var marks = new Dictionary<SyntaxNode, List<SyntaxAnnotation>>();
        var findings = diagnostics
            .OrderBy(d => d.Location.SourceSpan.Start)
            .ThenByDescending(d => d.Location.SourceSpan.Length)
            .Select(d => new TrackedFinding(document.Id, d))
            .ToImmutableArray();
        foreach (var finding in findings)
        {
            Mark(finding.Diagnostic.Location.SourceSpan, finding._node);
            for (var i = 0; i < finding._related.Length; i++)
            {
                var other = finding.Diagnostic.AdditionalLocations[i];
                if (other.SourceTree is { } tree && tree.FilePath == root.SyntaxTree.FilePath)
                    Mark(other.SourceSpan, finding._related[i]);
            }
        }
        var marked = root.ReplaceNodes(marks.Keys, (original, current) => current.WithAdditionalAnnotations(marks[original]));
        return (document.WithSyntaxRoot(marked), findings);

        void Mark(TextSpan span, SyntaxAnnotation mark)
        {
            if (!root.FullSpan.Contains(span))
                return;
            var node = root.FindNode(span, getInnermostNodeForTie: true);
            if (!marks.TryGetValue(node, out var list))
                marks.Add(node, list = []);
            list.Add(mark);
        }
    }

    /// <summary>The finding in the current state of <paramref name="solution"/>; null when an earlier fix took its node away.</summary>
    public async Task<FixSite?> LocateAsync(Solution solution, CancellationToken cancellationToken)
    {
        if (solution.GetDocument(_document) is not { } document)
            return null;
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        if (root is not CompilationUnitSyntax unit || Find(unit, _node) is not { } node)
            return null;
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model is null)
            return null;
        return new FixSite(document, unit, node, [.. _related.Select(mark => Find(unit, mark)).OfType<SyntaxNode>()], model, Diagnostic.Properties);
    }

    private static SyntaxNode? Find(SyntaxNode root, SyntaxAnnotation mark) =>
        root.GetAnnotatedNodes(mark).FirstOrDefault();
}
