using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>
/// A piece of executable code of one member: a method with its constructor initialiser, an accessor, an initialiser. Its
/// operations are made when the first rule asks for them and serve all rules after it.
/// </summary>
internal sealed class MemberBody(SemanticModel model, SyntaxNode syntax, SyntaxNode declaration)
{
    private ISymbol? _owner;
    private bool _isOwnerKnown;
    private BodyShape? _shape;
    private ImmutableArray<IOperation> _operations;

    public SemanticModel Model => model;

    /// <summary>What the text of the code is made of.</summary>
    public BodyShape Shape => _shape ??= new BodyShape(syntax);

    public SyntaxNode Syntax => syntax;

    public TextSpan Span => syntax.Span;

    /// <summary>The part behind the head of a method: what its modifiers say does not count there.</summary>
    public TextSpan Inner => syntax is BaseMethodDeclarationSyntax { ParameterList: { } parameters } ? TextSpan.FromBounds(parameters.Span.End, syntax.Span.End) : syntax.Span;

    /// <summary>The member that the code belongs to: a method, a field, a property; null in code that declares none.</summary>
    public ISymbol? Owner(CancellationToken cancellationToken)
    {
        if (!_isOwnerKnown)
        {
            _owner = FindOwner(cancellationToken);
            _isOwnerKnown = true;
        }
        return _owner;
    }

    /// <summary>All operations of the code, each before its children.</summary>
    public ImmutableArray<IOperation> Operations(CancellationToken cancellationToken)
    {
        if (_operations.IsDefault)
        {
            var root = model.GetOperation(syntax, cancellationToken);
            ImmutableInterlocked.InterlockedInitialize(ref _operations, root is null ? [] : [.. root.DescendantsAndSelf()]);
        }
        return _operations;
    }

    private ISymbol? FindOwner(CancellationToken cancellationToken)
    {
        var symbol = model.GetDeclaredSymbol(declaration, cancellationToken);
        return (symbol, syntax) switch
        {
            (IPropertySymbol property, ArrowExpressionClauseSyntax) => property.GetMethod,
            (INamedTypeSymbol type, _) => PrimaryConstructor(type),
            _ => symbol,
        };
    }

    private ISymbol? PrimaryConstructor(INamedTypeSymbol type)
    {
        foreach (var constructor in type.InstanceConstructors)
        {
            foreach (var reference in constructor.DeclaringSyntaxReferences)
            {
                if (reference.Span == declaration.Span && reference.SyntaxTree == declaration.SyntaxTree)
                    return constructor;
            }
        }
        return null;
    }
}
