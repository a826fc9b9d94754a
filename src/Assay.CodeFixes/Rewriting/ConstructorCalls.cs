using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace Assay.CodeFixes.Rewriting;

/// <param name="Node">The creation.</param>
/// <param name="Target">The constructor it calls.</param>
/// <param name="Model">The model of its document.</param>
internal sealed record Creation(BaseObjectCreationExpressionSyntax Node, ConstructorPlan Target, SemanticModel Model);

/// <summary>Every call of the constructors of a plan in a solution.</summary>
internal sealed class ConstructorCalls
{
    private readonly Dictionary<SyntaxNode, ConstructorPlan> _chained = [];
    private readonly Dictionary<SyntaxNode, Creation> _creations = [];
    private readonly HashSet<DocumentId> _mentions = [];

    /// <summary>The <c>new</c> expressions.</summary>
    public IEnumerable<Creation> Creations => _creations.Values;

    /// <summary>The documents that name the classes at all: a constraint or a reflection there may depend on a constructor.</summary>
    public IEnumerable<DocumentId> Mentions => _mentions;

    /// <summary>The constructor that a <c>this(…)</c>, a <c>base(…)</c> or a base class with arguments calls; null when it is not of the plan.</summary>
    public ConstructorPlan? TargetOf(SyntaxNode call) => _chained.TryGetValue(call, out var target) ? target : null;

    /// <summary>Finds the calls; null when there is one that cannot be given an argument.</summary>
    public static async Task<ConstructorCalls?> FindAsync(InjectionPlan plan, Solution solution, CancellationToken cancellationToken)
    {
        var calls = new ConstructorCalls();
        var symbols = plan.Constructors.Select(c => c.Constructor).Concat<ISymbol>(plan.Constructors.Select(c => c.Constructor.ContainingType));
        foreach (var symbol in symbols.Distinct(SymbolEqualityComparer.Default))
        {
            foreach (var found in await SymbolFinder.FindReferencesAsync(symbol!, solution, cancellationToken).ConfigureAwait(false))
            {
                foreach (var location in found.Locations)
                {
                    calls._mentions.Add(location.Document.Id);
                    if (!await calls.AddAsync(plan, location, cancellationToken).ConfigureAwait(false))
                        return null;
                }
            }
        }
        return calls;
    }

    private async Task<bool> AddAsync(InjectionPlan plan, ReferenceLocation location, CancellationToken cancellationToken)
    {
        var root = await location.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await location.Document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || model is null || Call(root, location.Location.SourceSpan.Start) is not { } call)
            return true;
        if (plan.Of(model.GetSymbolInfo(call, cancellationToken).Symbol) is not { } target || target.Existing is not null)
            return true;
        switch (call)
        {
            case BaseObjectCreationExpressionSyntax creation:
                _creations[creation] = new Creation(creation, target, model);
                return true;
            case ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax:
                _chained[call] = target;
                return true;
            default:
                // An attribute takes constants only.
                return false;
        }
    }

    // The call whose type name, `new` or `base` stands at the position.
    private static SyntaxNode? Call(SyntaxNode root, int position)
    {
        foreach (var node in root.FindToken(position).Parent?.AncestorsAndSelf() ?? [])
        {
            switch (node)
            {
                case ObjectCreationExpressionSyntax creation when creation.Type.Span.Contains(position):
                case ImplicitObjectCreationExpressionSyntax target when target.NewKeyword.SpanStart == position:
                case ConstructorInitializerSyntax chained when chained.ThisOrBaseKeyword.SpanStart == position:
                case PrimaryConstructorBaseTypeSyntax @base when @base.Type.Span.Contains(position):
                case AttributeSyntax attribute when attribute.Name.Span.Contains(position):
                    return node;
                case StatementSyntax or MemberDeclarationSyntax:
                    return null;
            }
        }
        return null;
    }
}
