using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Lets a loop ask a HashSet instead of a list: one made before the loop, or the list's place taken by one.</summary>
internal sealed class SearchSet(FixSite site, IdentifierNameSyntax list, ITypeSymbol element, CancellationToken cancellationToken)
{
    private const string Title = "Search a HashSet";

    /// <summary>The fix for the search; null where the list is more than searched and added to.</summary>
    public static Fix? Propose(FixSite site, InvocationExpressionSyntax search, CancellationToken cancellationToken)
    {
        if (search.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Contains", Expression: IdentifierNameSyntax list } || search.ArgumentList.Arguments.Count != 1)
            return null;
        if (site.Related.IsEmpty || site.Related[0].FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax block } loop)
            return null;
        var element = site.Model.GetTypeInfo(list, cancellationToken).Type switch
        {
            IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
            INamedTypeSymbol { Name: "List", TypeArguments: { Length: 1 } arguments } => arguments[0],
            _ => null,
        };
        if (element is null or ITypeParameterSymbol)
            return null;
        var set = new SearchSet(site, list, element, cancellationToken);
        return set.BeforeLoop(loop, block) ?? set.InPlace();
    }

    // var knownSet = new HashSet<string>(known); foreach (…) … knownSet.Contains(…)
    private Fix? BeforeLoop(StatementSyntax loop, BlockSyntax block)
    {
        var symbol = site.Model.GetSymbolInfo(list, cancellationToken).Symbol;
        var uses = loop.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == list.Identifier.ValueText && site.Model.GetSymbolInfo(n, cancellationToken).Symbol.Is(symbol)).ToList();
        if (!uses.TrueForAll(u => IsCall(u, "Contains")))
            return null;
        var name = Names.Unused(list, list.Identifier.ValueText.TrimStart('_') + "Set");
        var declared = SyntaxFactory.ParseStatement($"var {name} = new global::System.Collections.Generic.HashSet<{TypeText()}>({list.Identifier.Text});");
        declared = Annotated(declared).WithLeadingTrivia(loop.GetLeadingTrivia()).WithTrailingTrivia(loop.LineEnd()).WithAdditionalAnnotations(Formatter.Annotation);
        var asked = loop.ReplaceNodes(uses, (old, _) => SyntaxFactory.IdentifierName(name).WithTriviaFrom(old)).WithLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation);
        var index = block.Statements.IndexOf(loop);
        return site.Replace(Title, block, block.WithStatements(block.Statements.RemoveAt(index).InsertRange(index, [declared, asked])));
    }

    // var seen = new HashSet<string>();
    private Fix? InPlace()
    {
        if (LocalUses.Of(list, site.Model, cancellationToken) is not { } uses || uses.Variable.Initializer!.Value is not ObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 0, Initializer: null } made)
            return null;
        foreach (var name in uses.Names)
        {
            // A set does not count what it has already, so the number of elements may differ.
            if (!IsCall(name, "Contains") && !IsCall(name, "Clear") && !(IsCall(name, "Add") && name.Parent!.Parent!.Parent is ExpressionStatementSyntax))
                return null;
        }
        var set = Annotated(SyntaxFactory.ParseExpression($"new global::System.Collections.Generic.HashSet<{TypeText()}>()"));
        var declaration = uses.Declaration.ReplaceNode(made, set.WithTriviaFrom(made));
        var type = declaration.Declaration.Type;
        if (!type.IsVar)
            declaration = declaration.ReplaceNode(type, SyntaxFactory.IdentifierName("var").WithTriviaFrom(type));
        return site.Replace(Title, uses.Declaration, declaration);
    }

    private string TypeText() => element.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier));

    private static T Annotated<T>(T node)
        where T : SyntaxNode =>
        node.ReplaceNodes(node.DescendantNodes().OfType<QualifiedNameSyntax>().Where(n => n.Parent is not QualifiedNameSyntax), (_, now) => now.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));

    private static bool IsCall(IdentifierNameSyntax name, string method) =>
        name.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access && access.Expression == name && access.Name.Identifier.ValueText == method && call.ArgumentList.Arguments.Count <= 1;
}
