using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>One mention of a function, and the member of any type around it, bound only as far as somebody asks.</summary>
internal sealed class CallerBody
{
    private readonly SimpleNameSyntax _name;
    private readonly SemanticModel _model;
    private readonly SyntaxNode? _declaration;
    private readonly CancellationToken _cancellationToken;

    public CallerBody(SimpleNameSyntax name, SemanticModel model, CancellationToken cancellationToken)
    {
        (_name, _model, _cancellationToken) = (name, model, cancellationToken);
        _declaration = name.FirstAncestorOrSelf<SyntaxNode>(n => n is AccessorDeclarationSyntax or MemberDeclarationSyntax and not (GlobalStatementSyntax or BaseTypeDeclarationSyntax) or CompilationUnitSyntax);
        Owner = _declaration switch
        {
            null => null,
            BaseFieldDeclarationSyntax => null,
            BasePropertyDeclarationSyntax property when property.DescendantNodes(n => n == property).Any(n => n is ArrowExpressionClauseSyntax) => (model.GetDeclaredSymbol(property, cancellationToken) as IPropertySymbol)?.GetMethod,
            BasePropertyDeclarationSyntax or BaseNamespaceDeclarationSyntax => null,
            var declaration => model.GetDeclaredSymbol(declaration, cancellationToken),
        };
    }

    /// <summary>The method or accessor around the mention; null in initialisers and attributes.</summary>
    public ISymbol? Owner { get; }

    /// <summary>Whether the mention calls, or uses a property, rather than taking the function as a delegate.</summary>
    public bool IsCall => Whole.Parent is InvocationExpressionSyntax call && call.Expression == Whole || _model.GetSymbolInfo(_name, _cancellationToken).Symbol is not IMethodSymbol;

    /// <summary>Whether a lambda or local function lies between the member and the mention.</summary>
    public bool IsNested => _name.FirstAncestorOrSelf<SyntaxNode>(n => n == _declaration || n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) != _declaration;

    private ExpressionSyntax Whole => _name.Parent is MemberAccessExpressionSyntax access && access.Name == _name || _name.Parent is MemberBindingExpressionSyntax
        ? (ExpressionSyntax)_name.Parent
        : _name;

    /// <summary>Whether the member takes a lock in any form, as its words say.</summary>
    public bool MayLock(string[] acquires)
    {
        if (Owner is IMethodSymbol method && HeldScopes.IsSynchronized(method))
            return true;
        foreach (var node in _declaration!.DescendantNodes())
        {
            switch (node)
            {
                case LockStatementSyntax or UsingStatementSyntax:
                case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword }:
                case SimpleNameSyntax name when Array.IndexOf(acquires, name.Identifier.ValueText) >= 0 || name.Identifier.ValueText.EndsWith("Lock", StringComparison.Ordinal):
                    return true;
            }
        }
        return false;
    }

    /// <summary>The operation of the mention; null when there is none to be seen.</summary>
    public IOperation? Find(ISymbol function)
    {
        if (Root() is not { } root)
            return null;
        foreach (var operation in root.DescendantsAndSelf())
        {
            if (operation is IInvocationOperation or IPropertyReferenceOperation && operation.Syntax.Span.Contains(_name.Span) && NameIn(operation.Syntax) == _name)
                return operation;
        }
        return null;
    }

    /// <summary>Names of locks as the member knows them. What its type assigns elsewhere is not looked at, so only what is readonly is stable.</summary>
    public GuardTerms Terms()
    {
        var changeable = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var type = Owner?.ContainingType; type is not null; type = type.ContainingType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IFieldSymbol { IsReadOnly: false })
                    changeable.Add(member);
            }
        }
        return new GuardTerms(changeable, new(SymbolEqualityComparer.Default));
    }

    public Place PlaceOf(IOperation operation, GuardTerms terms, KnownTypes types, CancellationToken cancellationToken) =>
        new HeldScopes(terms, new TypeLocks([new Body(Owner!, operation.Root())], types, cancellationToken)).At(operation, Owner!);

    public static bool IsInNameof(SimpleNameSyntax name)
    {
        SyntaxNode node = name;
        while (node.Parent is MemberAccessExpressionSyntax)
            node = node.Parent;
        return node.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } } }
            || name.FirstAncestorOrSelf<CrefSyntax>() is not null;
    }

    private IOperation? Root() => _declaration switch
    {
        BasePropertyDeclarationSyntax property => property.ChildNodes().OfType<ArrowExpressionClauseSyntax>().FirstOrDefault() is { } arrow ? _model.GetOperation(arrow, _cancellationToken) : null,
        { } declaration => _model.GetOperation(declaration, _cancellationToken),
        null => null,
    };

    private static SyntaxNode NameIn(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax call => NameIn(call.Expression),
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => node,
    };
}
