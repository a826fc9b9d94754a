using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Makes a <c>Lazy</c> of a private static field that one member creates on first use. Offered only where that member does
/// nothing else, nothing else names the field, and the value needs nothing that a field initialiser cannot name.
/// </summary>
internal sealed class LazyField
{
    private const string Title = "Create it in a Lazy<T>";

    private readonly FixSite _site;
    private readonly IFieldSymbol _field;
    private readonly MemberDeclarationSyntax _member;
    private readonly FieldDeclarationSyntax _declared;
    private readonly ExpressionSyntax _value;
    private readonly CancellationToken _cancellationToken;

    private LazyField(FixSite site, IFieldSymbol field, MemberDeclarationSyntax member, FieldDeclarationSyntax declared, ExpressionSyntax value, CancellationToken cancellationToken)
    {
        _site = site;
        _field = field;
        _member = member;
        _declared = declared;
        _value = value;
        _cancellationToken = cancellationToken;
    }

    public static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        var target = site.Node is AssignmentExpressionSyntax assigned ? assigned.Left : site.Node;
        if (site.Model.GetSymbolInfo(target, cancellationToken).Symbol is not IFieldSymbol { IsStatic: true, DeclaredAccessibility: Accessibility.Private } field)
            return null;
        if (field.ContainingType.DeclaringSyntaxReferences.Length != 1 || field.DeclaringSyntaxReferences.Length != 1)
            return null;
        if (field.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax { Declaration.Variables.Count: 1 } declared } variable)
            return null;
        if (variable.Initializer is { Value.RawKind: not (int)SyntaxKind.NullLiteralExpression })
            return null;
        if (target.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member || BodyOf(member) is not { } body)
            return null;
        var assignments = body.DescendantNodesAndSelf().OfType<AssignmentExpressionSyntax>().Where(a => a.Parent is not InitializerExpressionSyntax).ToList();
        if (assignments.Count != 1 || !site.Model.GetSymbolInfo(assignments[0].Left, cancellationToken).Symbol.Is(field))
            return null;
        var lazy = new LazyField(site, field, member, declared, assignments[0].Right, cancellationToken);
        return lazy.OnlyCreates(body, assignments[0]) && lazy.IsUsedHereAlone() && lazy.IsSelfContained() ? lazy.Rewrite(body) : null;
    }

    // The code of a method without parameters or of a property that is only read.
    private static SyntaxNode? BodyOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax { ParameterList.Parameters.Count: 0, TypeParameterList: null } method when !method.Modifiers.Any(SyntaxKind.AsyncKeyword) =>
            (SyntaxNode?)method.Body ?? method.ExpressionBody?.Expression,
        PropertyDeclarationSyntax { ExpressionBody: { } arrow } => arrow.Expression,
        PropertyDeclarationSyntax { AccessorList.Accessors: { Count: 1 } accessors } when accessors[0].IsKind(SyntaxKind.GetAccessorDeclaration) =>
            (SyntaxNode?)accessors[0].Body ?? accessors[0].ExpressionBody?.Expression,
        _ => null,
    };

    private bool OnlyCreates(SyntaxNode body, AssignmentExpressionSyntax assignment)
    {
        foreach (var node in body.DescendantNodesAndSelf(n => n != _value))
        {
            var isPart = node switch
            {
                ReturnStatementSyntax { Expression: { } returned } => IsOfField(returned, assignment),
                ExpressionStatementSyntax statement => statement.Expression == assignment,
                IfStatementSyntax branch => IsOfField(branch.Condition, assignment),
                StatementSyntax => node is BlockSyntax or LockStatementSyntax,
                _ => node != body || IsOfField((ExpressionSyntax)node, assignment),
            };
            if (!isPart)
                return false;
        }
        return true;
    }

    // Whether the expression names nothing but the field, outside the value that is assigned.
    private bool IsOfField(ExpressionSyntax expression, AssignmentExpressionSyntax assignment)
    {
        foreach (var node in expression.DescendantNodesAndSelf(n => n != _value))
        {
            var isPart = node switch
            {
                _ when node == _value => true,
                AssignmentExpressionSyntax => node == assignment,
                IdentifierNameSyntax name => _site.Model.GetSymbolInfo(name, _cancellationToken).Symbol is { } symbol
                    && (symbol.Is(_field) || symbol is INamedTypeSymbol or INamespaceSymbol || symbol is IPropertySymbol { Name: "HasValue" or "Value" }),
                InvocationExpressionSyntax or ObjectCreationExpressionSyntax or DeclarationExpressionSyntax or VariableDesignationSyntax => false,
                _ => true,
            };
            if (!isPart)
                return false;
        }
        return true;
    }

    private bool IsUsedHereAlone() => !Mentions(_declared.Parent!, _field).Any(n => !_member.Span.Contains(n.Span));

    private bool IsSelfContained()
    {
        foreach (var node in _value.DescendantNodesAndSelf())
        {
            if (node is AwaitExpressionSyntax or ThisExpressionSyntax or BaseExpressionSyntax)
                return false;
            if (node is not SimpleNameSyntax name || _site.Model.GetSymbolInfo(name, _cancellationToken).Symbol is not { } symbol)
                continue;
            if (symbol is ILocalSymbol or IParameterSymbol && !symbol.DeclaringSyntaxReferences.All(r => _value.Span.Contains(r.Span)))
                return false;
            if (symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction } || IsInstanceMember(symbol, name))
                return false;
        }
        return true;
    }

    private bool IsInstanceMember(ISymbol symbol, SimpleNameSyntax name) =>
        symbol is { IsStatic: false, Kind: SymbolKind.Field or SymbolKind.Property or SymbolKind.Method or SymbolKind.Event }
        && name.Parent is not (MemberAccessExpressionSyntax or MemberBindingExpressionSyntax or AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } or NameColonSyntax);

    private Fix Rewrite(SyntaxNode body)
    {
        var gate = SuperfluousGate(body);
        var gone = new SyntaxAnnotation();
        var nodes = new List<SyntaxNode> { _declared, _member };
        if (gate is not null)
            nodes.Add(gate);
        var root = _site.Root.ReplaceNodes(nodes, (before, now) =>
            before == _declared ? Field() : before == _member ? Member() : now.WithAdditionalAnnotations(gone));
        if (root.GetAnnotatedNodes(gone).FirstOrDefault() is { } unused)
            root = root.RemoveNode(unused, SyntaxRemoveOptions.KeepNoTrivia)!;
        return _site.Rewrite(Title, root);
    }

    // The gate that only this member took.
    private FieldDeclarationSyntax? SuperfluousGate(SyntaxNode body)
    {
        var locked = body.DescendantNodes().OfType<LockStatementSyntax>().FirstOrDefault()?.Expression;
        if (locked is null || _site.Model.GetSymbolInfo(locked, _cancellationToken).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private } gate || gate.Is(_field))
            return null;
        if (gate.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellationToken).Parent?.Parent is not FieldDeclarationSyntax { Declaration.Variables.Count: 1 } declared)
            return null;
        return declared.Parent == _declared.Parent && !Statements.HasComment(declared) && Mentions(declared.Parent!, gate).Count() == 1 ? declared : null;
    }

    private IEnumerable<IdentifierNameSyntax> Mentions(SyntaxNode type, ISymbol field) =>
        type.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == field.Name && _site.Model.GetSymbolInfo(n, _cancellationToken).Symbol.Is(field));

    private FieldDeclarationSyntax Field()
    {
        var type = _declared.Declaration.Type is NullableTypeSyntax nullable ? nullable.ElementType : _declared.Declaration.Type;
        var version = ((CSharpParseOptions)_site.Root.SyntaxTree.Options).LanguageVersion;
        var lazy = SyntaxFactory.ParseTypeName($"global::System.Lazy<{type.WithoutTrivia()}>");
        var factory = SyntaxFactory.ArgumentList([SyntaxFactory.Argument(SyntaxFactory.ParenthesizedLambdaExpression(Value(type)))]);
        ExpressionSyntax creation = version >= LanguageVersion.CSharp9
            ? SyntaxFactory.ImplicitObjectCreationExpression(factory, null)
            : SyntaxFactory.ObjectCreationExpression(lazy.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation), factory, null);
        var variable = _declared.Declaration.Variables[0].WithInitializer(SyntaxFactory.EqualsValueClause(creation)).WithoutTrailingTrivia();
        var modifiers = _declared.Modifiers.Where(m => m.Kind() is not (SyntaxKind.VolatileKeyword or SyntaxKind.ReadOnlyKeyword)).ToList();
        if (modifiers.Count == 0)
            return _declared;
        modifiers[0] = modifiers[0].WithLeadingTrivia(_declared.GetLeadingTrivia());
        modifiers.Add(SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(SyntaxFactory.Space));
        var typed = lazy.WithTrailingTrivia(SyntaxFactory.Space).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        return _declared
            .WithModifiers([.. modifiers])
            .WithDeclaration(_declared.Declaration.WithType(typed).WithVariables([variable]))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    // A bare `new()` has its type from the field.
    private ExpressionSyntax Value(TypeSyntax type) => _value.WithoutTrivia() is ImplicitObjectCreationExpressionSyntax created
        ? SyntaxFactory.ObjectCreationExpression(type.WithoutTrivia().WithLeadingTrivia(SyntaxFactory.Space), created.ArgumentList, created.Initializer)
        : _value.WithoutTrivia();

    private MemberDeclarationSyntax Member()
    {
        var arrow = SyntaxFactory.ArrowExpressionClause(SyntaxFactory.ParseExpression($"{_field.Name}.Value"));
        var end = SyntaxFactory.Token(SyntaxKind.SemicolonToken).WithTrailingTrivia(_member.GetTrailingTrivia());
        return _member switch
        {
            MethodDeclarationSyntax method => method
                .WithParameterList(method.ParameterList.WithTrailingTrivia(SyntaxFactory.Space))
                .WithBody(null).WithExpressionBody(arrow).WithSemicolonToken(end).WithAdditionalAnnotations(Formatter.Annotation),
            PropertyDeclarationSyntax property => property
                .WithIdentifier(property.Identifier.WithTrailingTrivia(SyntaxFactory.Space))
                .WithAccessorList(null).WithExpressionBody(arrow).WithSemicolonToken(end).WithAdditionalAnnotations(Formatter.Annotation),
            _ => _member,
        };
    }
}
