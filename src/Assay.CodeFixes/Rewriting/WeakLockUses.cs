using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>All places of a type that lock on one term, in all its parts.</summary>
internal sealed class WeakLockUses
{
    private readonly Dictionary<DocumentId, (SyntaxNode Root, List<SyntaxNode> Targets)> _targets = [];

    public IReadOnlyDictionary<DocumentId, (SyntaxNode Root, List<SyntaxNode> Targets)> ByDocument => _targets;

    public bool HasMonitorCalls { get; private set; }

    public bool HasYield { get; private set; }

    public int Count => _targets.Values.Sum(t => t.Targets.Count);

    /// <summary>The uses of the term, and the document of the type's home part; null when code outside its type may lock the same object, for then a new gate would split them.</summary>
    public static async Task<WeakLockUses?> FindAsync(FixSite site, LockTerm term, SyntaxNode home, CancellationToken cancellationToken)
    {
        var result = new WeakLockUses();
        foreach (var document in site.Document.Project.Documents)
        {
            if (home.SyntaxTree == await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false))
                result._targets.Add(document.Id, (await home.SyntaxTree.GetRootAsync(cancellationToken).ConfigureAwait(false), []));
            var text = (await document.GetTextAsync(cancellationToken).ConfigureAwait(false)).ToString();
            if (text.IndexOf("lock", StringComparison.Ordinal) < 0 && text.IndexOf("Monitor", StringComparison.Ordinal) < 0)
                continue;
            var root = document.Id == site.Document.Id ? site.Root : await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            var model = document.Id == site.Document.Id ? site.Model : await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
            if (root is null || model is null || !result.TryAdd(document.Id, root, model, term))
                return null;
        }
        return result;
    }

    private bool TryAdd(DocumentId id, SyntaxNode root, SemanticModel model, LockTerm term)
    {
        foreach (var use in LockTerm.UsesIn(root))
        {
            var around = model.GetEnclosingSymbol(use.Target.SpanStart)?.ContainingType;
            if (!around.Is(term.Owner) || !term.Is(use.Target, model))
            {
                if (term.MayBeSharedBy(use.Target, model))
                    return false;
                continue;
            }
            HasMonitorCalls |= use.IsMonitorCall;
            HasYield |= use.Target.Parent is LockStatementSyntax @lock && @lock.Statement.DescendantNodes().Any(n => n is YieldStatementSyntax);
            if (!_targets.TryGetValue(id, out var targets))
                _targets.Add(id, targets = (root, []));
            targets.Targets.Add(use.Target);
        }
        return true;
    }
}
