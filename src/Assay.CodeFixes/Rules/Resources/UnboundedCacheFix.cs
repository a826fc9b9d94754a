using System.Composition;
using Assay.Analyzers.Rules.Resources;
using Assay.Analyzers.Semantics;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Resources;

/// <summary>Puts a cache with a limit in place of the dictionary, where Assay.Reference is there and every use has a counterpart.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnboundedCacheFix)), Shared]
public sealed class UnboundedCacheFix() : RuleFix(UnboundedCache.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var target = ReferenceTarget.LruTtlCache;
        if (site.Model.Compilation.GetTypeByMetadataName(target.Type) is null || site.Node is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax field } declaration } variable)
            return null;
        if (!IsEmpty(variable) || site.Model.GetDeclaredSymbol(variable, cancellationToken) is not IFieldSymbol { Type: INamedTypeSymbol { TypeArguments.Length: 2 } } map)
            return null;
        if (map.ContainingType.DeclaringSyntaxReferences.Length != 1 || field.Parent is not TypeDeclarationSyntax home || GenericNameOf(declaration.Type) is not { } written)
            return null;
        var edits = new Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>();
        foreach (var name in home.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText == map.Name && site.Model.GetSymbolInfo(name, cancellationToken).Symbol.Is(map) && !AddUse(name, edits))
                return null;
        }
        edits[declaration] = now => Declared((VariableDeclarationSyntax)now, written, target);
        var fix = site.Rewrite("Make it an LruTtlCache of 1024 entries", site.Root.ReplaceNodes(edits.Keys, (original, now) => edits[original](now)));
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    // A comparer or entries of its own would be lost.
    private static bool IsEmpty(VariableDeclaratorSyntax variable) => variable.Initializer?.Value switch
    {
        BaseObjectCreationExpressionSyntax { Initializer: null } creation => creation.ArgumentList is null or { Arguments.Count: 0 },
        CollectionExpressionSyntax { Elements.Count: 0 } => true,
        _ => false,
    };

    private static GenericNameSyntax? GenericNameOf(TypeSyntax type) => type switch
    {
        GenericNameSyntax generic => generic,
        QualifiedNameSyntax { Right: GenericNameSyntax generic } => generic,
        _ => null,
    };

    private static VariableDeclarationSyntax Declared(VariableDeclarationSyntax declaration, GenericNameSyntax written, ReferenceTarget target)
    {
        var space = target.Type.Substring(0, target.Type.LastIndexOf('.'));
        var type = SyntaxFactory.QualifiedName(SyntaxFactory.ParseName($"global::{space}"), written.WithoutTrivia().WithIdentifier(SyntaxFactory.Identifier("LruTtlCache")))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        var variable = declaration.Variables[0];
        var arguments = SyntaxFactory.ParseArgumentList("(capacity: 1024)");
        ExpressionSyntax creation = variable.Initializer!.Value is ObjectCreationExpressionSyntax explicitly
            ? explicitly.WithType(type).WithArgumentList(arguments)
            : SyntaxFactory.ImplicitObjectCreationExpression(arguments, null);
        var created = variable.WithInitializer(variable.Initializer.WithValue(creation.WithTriviaFrom(variable.Initializer.Value)));
        return declaration.WithType(type.WithTriviaFrom(declaration.Type)).WithVariables([created]);
    }

    // `map[key] = value;` becomes `map.Set(key, value);`, TryGetValue becomes TryGet, and GetOrAdd with a factory stays.
    private static bool AddUse(IdentifierNameSyntax name, Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edits)
    {
        ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        switch (whole.Parent)
        {
            case MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "TryGetValue" } called } member when member.Expression == whole:
                edits[called] = now => SyntaxFactory.IdentifierName("TryGet").WithTriviaFrom(now);
                return true;
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetOrAdd" } member when member.Expression == whole:
                return member.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } && arguments[1].Expression is AnonymousFunctionExpressionSyntax or IdentifierNameSyntax;
            case MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "TryAdd" or "Add" } called, Parent: InvocationExpressionSyntax { Parent: ExpressionStatementSyntax, ArgumentList.Arguments.Count: 2 } } member when member.Expression == whole:
                edits[called] = now => SyntaxFactory.IdentifierName("Set").WithTriviaFrom(now);
                return true;
            case ElementAccessExpressionSyntax { Parent: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax } assignment } entry when assignment.Left == entry:
                edits[assignment] = now => Set((AssignmentExpressionSyntax)now);
                return true;
            default:
                return false;
        }
    }

    private static ExpressionSyntax Set(AssignmentExpressionSyntax assignment)
    {
        var entry = (ElementAccessExpressionSyntax)assignment.Left;
        var arguments = SyntaxFactory.SeparatedList(
            [entry.ArgumentList.Arguments[0].WithoutTrivia(), SyntaxFactory.Argument(assignment.Right.WithoutTrivia())],
            [SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space)]);
        var called = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, entry.Expression, SyntaxFactory.IdentifierName("Set"));
        return SyntaxFactory.InvocationExpression(called, SyntaxFactory.ArgumentList(arguments)).WithTriviaFrom(assignment);
    }
}
