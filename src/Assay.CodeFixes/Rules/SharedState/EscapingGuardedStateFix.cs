using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Returns a copy that is made under the lock.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(EscapingGuardedStateFix)), Shared]
public sealed class EscapingGuardedStateFix() : RuleFix(EscapingGuardedState.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax member || Returned(member) is not { } returned)
            return null;
        if (Copy(returned, site.Model, cancellationToken) is not { } copy)
            return null;
        site.Properties.TryGetValue(EscapingGuardedState.GateProperty, out var gate);
        if (returned.Parent is ReturnStatementSyntax statement)
        {
            var copied = statement.WithExpression(copy);
            if (gate is null)
                return site.Properties.ContainsKey(EscapingGuardedState.GateProperty) ? null : Replaced(site, "Return a copy", statement, copied);
            return Replaced(site, $"Return a copy made under '{gate}'", statement, GuardWrap.Locked(gate, [copied]));
        }
        return gate is not null && returned.Parent is ArrowExpressionClauseSyntax arrow ? WithBody(site, arrow, copy, gate) : null;
    }

    // The whole returned expression around the member.
    private static ExpressionSyntax? Returned(ExpressionSyntax member)
    {
        SyntaxNode node = member;
        while (node.Parent is ExpressionSyntax or ArgumentSyntax or ArgumentListSyntax)
            node = node.Parent;
        return node as ExpressionSyntax;
    }

    private static ExpressionSyntax? Copy(ExpressionSyntax returned, SemanticModel model, CancellationToken cancellationToken)
    {
        var types = model.GetTypeInfo(returned, cancellationToken);
        if (types.Type is not INamedTypeSymbol own || types.ConvertedType is not { } wanted)
            return null;
        var bare = returned.WithoutTrivia();
        if (own.Name is "Dictionary" or "HashSet" or "SortedDictionary" or "SortedSet")
        {
            // A sorted copy or one with other equality would be another collection.
            var comparer = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, bare, SyntaxFactory.IdentifierName("Comparer"));
            return SyntaxFactory.ObjectCreationExpression(Named(own))
                .WithArgumentList(SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList([SyntaxFactory.Argument(bare), SyntaxFactory.Argument(comparer)])))
                .WithTriviaFrom(returned);
        }
        if (own.Name is "Queue" or "Stack" && wanted is not INamedTypeSymbol { Name: "IEnumerable" or "IReadOnlyCollection" } || own.TypeKind == TypeKind.Array)
            return null;
        if (own is not { TypeArguments.Length: 1 } && own.Name is not ("KeyCollection" or "ValueCollection") || own.Name is "LinkedList" or "SortedList" or "PriorityQueue")
            return null;
        // A list satisfies whatever the list, its read-only view or the query did.
        if (wanted is not INamedTypeSymbol { Name: "List" or "IList" or "ICollection" or "IEnumerable" or "IReadOnlyList" or "IReadOnlyCollection" } || IsView(bare) && wanted.Name is "IList" or "ICollection")
            return null;
        var source = bare is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsReadOnly" } view } ? view.Expression : bare;
        return SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, source, SyntaxFactory.IdentifierName("ToList")))
            .WithTriviaFrom(returned);
    }

    private static bool IsView(ExpressionSyntax expression) =>
        expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsReadOnly" } };

    // ToList is an extension, which the file may not import yet.
    private static Fix Replaced(FixSite site, string title, SyntaxNode node, SyntaxNode replacement)
    {
        var root = site.Root.ReplaceNode(node, replacement);
        var needsLinq = replacement.DescendantNodes().Any(n => n is IdentifierNameSyntax { Identifier.ValueText: "ToList" })
            && !site.Model.LookupNamespacesAndTypes(node.SpanStart, name: "Enumerable").Any();
        return site.Rewrite(title, needsLinq ? Imports.Add(root, "System.Linq") : root);
    }

    private static TypeSyntax Named(ITypeSymbol type) =>
        SyntaxFactory.ParseTypeName(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);

    private static Fix? WithBody(FixSite site, ArrowExpressionClauseSyntax arrow, ExpressionSyntax copy, string gate)
    {
        var body = SyntaxFactory.Block(GuardWrap.Locked(gate, [SyntaxFactory.ReturnStatement(copy)]));
        var title = $"Return a copy made under '{gate}'";
        switch (arrow.Parent)
        {
            case MethodDeclarationSyntax method:
                return Replaced(site, title, method, method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body).WithTrailingTrivia(method.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation));
            case PropertyDeclarationSyntax property:
                var getter = SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, body);
                return Replaced(site, title, property, property.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(SyntaxFactory.AccessorList([getter])).WithTrailingTrivia(property.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation));
            default:
                return null;
        }
    }
}
