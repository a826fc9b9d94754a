using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Puts a Lazy around the values of a concurrent dictionary, so that a factory runs once for each key.</summary>
internal static class LazyValues
{
    /// <summary>The fix for the call of GetOrAdd around the factory; null when the dictionary is used in ways that a Lazy would change.</summary>
    public static async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax { Expression: var owner, Name.Identifier.ValueText: "GetOrAdd" } })
            return null;
        if (site.Model.GetSymbolInfo(owner, cancellationToken).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1 } field)
            return null;
        if (await field.DeclaringSyntaxReferences[0].GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration })
            return null;
        var edits = new Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>();
        if (!AddDeclaration(edits, declaration) || !AddUses(edits, declaration, field, site.Model, cancellationToken))
            return null;
        var root = site.Root.ReplaceNodes(edits.Keys, (original, current) => edits[original](current));
        var fix = site.Rewrite("Wrap the values in 'Lazy<T>'", root);
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static bool AddDeclaration(Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edits, VariableDeclarationSyntax declaration)
    {
        foreach (var generic in declaration.DescendantNodes(n => n is not ArgumentListSyntax).OfType<GenericNameSyntax>().Where(g => g.Identifier.ValueText == "ConcurrentDictionary"))
        {
            if (generic.TypeArgumentList.Arguments.Count != 2)
                return false;
            edits[generic.TypeArgumentList.Arguments[1]] = current => LazyOf((TypeSyntax)current).WithTriviaFrom(current);
        }
        return edits.Count > 0;
    }

    private static bool AddUses(Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edits, VariableDeclarationSyntax declaration, IFieldSymbol field, SemanticModel model, CancellationToken cancellationToken)
    {
        if (declaration.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return false;
        foreach (var name in type.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText != field.Name || !model.GetSymbolInfo(name, cancellationToken).Symbol.Is(field))
                continue;
            ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax outer && outer.Name == name ? outer : name;
            if (whole.Parent is not MemberAccessExpressionSyntax member || !AddUse(edits, member, field))
                return false;
        }
        return true;
    }

    private static bool AddUse(Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edits, MemberAccessExpressionSyntax member, IFieldSymbol field)
    {
        switch (member.Name.Identifier.ValueText)
        {
            case "Count" or "IsEmpty" or "Clear" or "ContainsKey" or "Keys":
                return true;
            case "TryRemove" when member.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } removed }:
                return CollectionCheck.IsDiscard(removed[1]);
            case "GetOrAdd" when member.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } call && arguments[1].Expression is LambdaExpressionSyntax { ExpressionBody: { } } or LambdaExpressionSyntax { Block: { } }:
                var lambda = (LambdaExpressionSyntax)((InvocationExpressionSyntax)member.Parent).ArgumentList.Arguments[1].Expression;
                // An async lambda gives a task, which the Lazy then keeps.
                if (lambda.AsyncKeyword.RawKind != 0)
                    return false;
                edits[lambda] = current => Deferred((LambdaExpressionSyntax)current, ((INamedTypeSymbol)field.Type).TypeArguments[1]);
                edits[call] = current => SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, ((InvocationExpressionSyntax)current).WithoutTrivia(), SyntaxFactory.IdentifierName("Value")).WithTriviaFrom(current);
                return true;
            default:
                return false;
        }
    }

    // key => Load(key)   becomes   key => new Lazy<T>(() => Load(key))
    private static LambdaExpressionSyntax Deferred(LambdaExpressionSyntax factory, ITypeSymbol value)
    {
        var arrow = factory.ArrowToken;
        var inner = SyntaxFactory.ParenthesizedLambdaExpression(SyntaxFactory.ParameterList(), factory.Block, factory.ExpressionBody?.WithoutTrivia()).WithArrowToken(
            factory.Block is null ? SyntaxFactory.Token(SyntaxKind.EqualsGreaterThanToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space) : arrow.WithLeadingTrivia(SyntaxFactory.Space));
        var type = LazyOf(SyntaxFactory.ParseTypeName(value.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)).WithAdditionalAnnotations(Simplifier.Annotation));
        var made = SyntaxFactory.ObjectCreationExpression(
            SyntaxFactory.Token(SyntaxKind.NewKeyword).WithTrailingTrivia(SyntaxFactory.Space), type, SyntaxFactory.ArgumentList([SyntaxFactory.Argument(inner)]), null);
        return factory.WithBody(made).WithArrowToken(arrow.WithTrailingTrivia(SyntaxFactory.Space));
    }

    private static QualifiedNameSyntax LazyOf(TypeSyntax value) =>
        SyntaxFactory.QualifiedName(SyntaxFactory.ParseName("global::System"), SyntaxFactory.GenericName(SyntaxFactory.Identifier("Lazy"), SyntaxFactory.TypeArgumentList([value.WithoutTrivia()])))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
}
