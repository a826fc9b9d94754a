using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>The bodies in one file, shared by all rules that see its semantic model.</summary>
internal sealed class DocumentBodies
{
    // Keyed weakly: the bodies live exactly as long as the model.
    private static readonly ConditionalWeakTable<SemanticModel, DocumentBodies> s_perModel = new();
    private static readonly Words s_generated = Words.Of("GeneratedCode", "GeneratedCodeAttribute");

    private readonly SemanticModel _model;
    private readonly List<MemberBody> _members = [];

    private DocumentBodies(SemanticModel model, CancellationToken cancellationToken)
    {
        _model = model;
        var root = model.SyntaxTree.GetRoot(cancellationToken);
        if (root is CompilationUnitSyntax unit)
        {
            foreach (var member in unit.Members)
            {
                if (member is not GlobalStatementSyntax)
                    continue;
                Add(unit, unit);
                break;
            }
        }
        AddMembers(root, cancellationToken);
        if (WordIndex.Of(model.SyntaxTree, cancellationToken).Has(s_generated))
            _members.RemoveAll(m => IsGenerated(m.Owner(cancellationToken)));
    }

    public IReadOnlyList<MemberBody> Members => _members;

    public static DocumentBodies Of(SemanticModel model, CancellationToken cancellationToken) =>
        s_perModel.TryGetValue(model, out var known) ? known : s_perModel.GetValue(model, m => new DocumentBodies(m, cancellationToken));

    private void AddMembers(SyntaxNode container, CancellationToken cancellationToken)
    {
        foreach (var node in container.ChildNodes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (node)
            {
                case BaseNamespaceDeclarationSyntax:
                    AddMembers(node, cancellationToken);
                    break;
                case TypeDeclarationSyntax type:
                    AddPrimaryBase(type);
                    AddMembers(type, cancellationToken);
                    break;
                case BaseMethodDeclarationSyntax method:
                    if (method.Body is not null || method.ExpressionBody is not null || method is ConstructorDeclarationSyntax { Initializer: not null })
                        Add(method, method);
                    AddDefaults(method.ParameterList, method);
                    break;
                case BasePropertyDeclarationSyntax property:
                    AddProperty(property);
                    break;
                case BaseFieldDeclarationSyntax field:
                    foreach (var variable in field.Declaration.Variables)
                        Add(variable.Initializer, variable);
                    break;
            }
        }
    }

    private void AddProperty(BasePropertyDeclarationSyntax property)
    {
        if (property.AccessorList is { } accessors)
        {
            foreach (var accessor in accessors.Accessors)
            {
                if (accessor.Body is not null || accessor.ExpressionBody is not null)
                    Add(accessor, accessor);
            }
        }
        switch (property)
        {
            case PropertyDeclarationSyntax plain:
                Add(plain.ExpressionBody, plain);
                Add(plain.Initializer, plain);
                break;
            case IndexerDeclarationSyntax indexer:
                Add(indexer.ExpressionBody, indexer);
                AddDefaults(indexer.ParameterList, indexer);
                break;
        }
    }

    private void AddPrimaryBase(TypeDeclarationSyntax type)
    {
        if (type.BaseList is not { } bases)
            return;
        foreach (var one in bases.Types)
        {
            if (one is PrimaryConstructorBaseTypeSyntax)
                Add(one, type);
        }
    }

    private void AddDefaults(BaseParameterListSyntax? parameters, SyntaxNode declaration)
    {
        if (parameters is null)
            return;
        foreach (var parameter in parameters.Parameters)
            Add(parameter.Default, declaration);
    }

    private void Add(SyntaxNode? code, SyntaxNode declaration)
    {
        if (code is not null)
            _members.Add(new MemberBody(_model, code, declaration));
    }

    /// <summary>Whether the member says that a tool wrote it; the compiler keeps rules away from such code.</summary>
    public static bool IsGenerated(ISymbol? symbol)
    {
        for (; symbol is not null; symbol = symbol.ContainingSymbol)
        {
            foreach (var attribute in symbol.GetAttributes())
            {
                if (attribute.AttributeClass is { Name: "GeneratedCodeAttribute", ContainingNamespace.Name: "Compiler" })
                    return true;
            }
        }
        return false;
    }
}
