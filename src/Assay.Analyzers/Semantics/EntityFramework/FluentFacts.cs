using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>The entities that fluent configuration in any file of the compilation says something of.</summary>
internal sealed class FluentFacts
{
    private readonly HashSet<INamedTypeSymbol> _entities = new(SymbolEqualityComparer.Default);
    private readonly EntityTypes _types;
    private bool _isAboutAll;

    private FluentFacts(EntityTypes types) => _types = types;

    /// <summary>Collects the entities on whose builders one of the words is called.</summary>
    public static FluentFacts Of(EntityTypes types, Words words, CancellationToken cancellationToken)
    {
        var facts = new FluentFacts(types);
        foreach (var tree in types.Known.Compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var index = WordIndex.Of(tree, cancellationToken);
            if (!index.Has(words))
                continue;
            var root = tree.GetRoot(cancellationToken);
            for (var at = index.Find(words, root.FullSpan, after: -1); at >= 0; at = index.Find(words, root.FullSpan, at))
            {
                var token = root.FindToken(at);
                if (token.SpanStart == at && token.Parent is SimpleNameSyntax name && name.Parent is not NameEqualsSyntax)
                    facts.Add(name, cancellationToken);
            }
        }
        return facts;
    }

    /// <summary>Whether the entity, a class it derives from or an interface it implements was configured.</summary>
    public bool Cover(INamedTypeSymbol entity)
    {
        if (_isAboutAll)
            return true;
        foreach (var configured in _entities)
        {
            if (entity.IsOrInherits(configured))
                return true;
        }
        return false;
    }

    private void Add(SimpleNameSyntax name, CancellationToken cancellationToken)
    {
        // A snapshot of the model names its entities by text.
        if (SnapshotEntity(name) is { } written)
        {
            if (_types.Known[written] is { } known)
                _entities.Add(known);
            return;
        }
        var model = _types.Known.Compilation.GetSemanticModel(name.SyntaxTree);
        for (var receiver = ReceiverOf(name.Parent); receiver is not null; receiver = ReceiverOf(receiver))
        {
            if (model.GetTypeInfo(receiver, cancellationToken).Type is INamedTypeSymbol { Name: "EntityTypeBuilder" or "OwnedNavigationBuilder", TypeArguments: { IsEmpty: false } arguments })
            {
                Add(arguments[arguments.Length - 1]);
                return;
            }
        }
        // A loop over all entity types, or a builder that came from elsewhere.
        _isAboutAll |= name.FirstAncestorOrSelf<AttributeSyntax>() is null;
    }

    private void Add(ITypeSymbol entity)
    {
        switch (entity)
        {
            case INamedTypeSymbol named:
                _entities.Add(named.OriginalDefinition);
                break;
            case ITypeParameterSymbol { ConstraintTypes.IsEmpty: false } parameter:
                foreach (var constraint in parameter.ConstraintTypes)
                    Add(constraint);
                break;
            default:
                _isAboutAll = true;
                break;
        }
    }

    private static string? SnapshotEntity(SyntaxNode name)
    {
        foreach (var around in name.Ancestors())
        {
            if (around is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Entity" }, ArgumentList.Arguments: { Count: > 0 } arguments } && arguments[0].Expression is LiteralExpressionSyntax literal)
                return literal.Token.ValueText;
        }
        return null;
    }

    private static ExpressionSyntax? ReceiverOf(SyntaxNode? node) => node switch
    {
        MemberAccessExpressionSyntax access => access.Expression,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        _ => null,
    };
}
