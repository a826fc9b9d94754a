using System.Composition;
using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rules.Resources;

/// <summary>Unsubscribes first thing in the type's Dispose.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SubscriptionLeakFix)), Shared]
public sealed class SubscriptionLeakFix() : RuleFix(SubscriptionLeak.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not AssignmentExpressionSyntax added || added.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return null;
        // A lambda cannot be named again.
        if (added.Right is not (IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }) || Left(site, added, type, cancellationToken) is not { } left)
            return null;
        if (DisposeOf(type) is not { } dispose || Place(dispose) is not { } place)
            return null;
        var removed = SyntaxFactory.ParseStatement($"{left} -= {added.Right};").WithTrailingTrivia(type.LineEnd()).WithAdditionalAnnotations(Formatter.Annotation);
        var fix = site.Replace("Unsubscribe in 'Dispose'", place, place switch
        {
            BlockSyntax block => block.WithStatements(block.Statements.Insert(0, removed)).WithAdditionalAnnotations(Formatter.Annotation),
            _ => WithBlock(dispose, removed),
        });
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    // The event as Dispose can name it: a parameter of the constructor by the field that it is kept in.
    private static string? Left(FixSite site, AssignmentExpressionSyntax added, TypeDeclarationSyntax type, CancellationToken cancellationToken)
    {
        var root = added.Left;
        while (root is MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax } access)
            root = access.Expression;
        if (site.Model.GetSymbolInfo(root, cancellationToken).Symbol is not IParameterSymbol parameter || type.ParameterList?.Parameters.Any(p => p.Identifier.ValueText == parameter.Name) == true)
            return added.Left.ToString();
        foreach (var node in type.DescendantNodes())
        {
            if (node is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var right, Left: IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } } kept
                && right.DescendantNodesAndSelf().Any(n => n is IdentifierNameSyntax given && given.Identifier.ValueText == parameter.Name) && right is IdentifierNameSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression })
            {
                return added.Left.ReplaceNode(root, kept.Left.WithoutTrivia()).ToString();
            }
        }
        return null;
    }

    // Dispose(bool) does the work where both are there.
    private static MethodDeclarationSyntax? DisposeOf(TypeDeclarationSyntax type)
    {
        var methods = type.Members.OfType<MethodDeclarationSyntax>().ToList();
        return methods.Find(m => m.Identifier.ValueText == "Dispose" && m.ParameterList.Parameters.Count == 1)
            ?? methods.Find(m => m.Identifier.ValueText is "Dispose" or "DisposeAsync" && m.ParameterList.Parameters.Count == 0);
    }

    private static SyntaxNode? Place(MethodDeclarationSyntax dispose)
    {
        if (dispose.ParameterList.Parameters.Count == 1)
        {
            var disposing = dispose.ParameterList.Parameters[0].Identifier.ValueText;
            return dispose.Body?.Statements.OfType<IfStatementSyntax>().FirstOrDefault(i => i.Condition is IdentifierNameSyntax name && name.Identifier.ValueText == disposing)?.Statement as BlockSyntax;
        }
        // The value of an expression body would have to be returned.
        return dispose.Body ?? (dispose.ReturnType is PredefinedTypeSyntax ? dispose : (SyntaxNode?)null);
    }

    private static MethodDeclarationSyntax WithBlock(MethodDeclarationSyntax dispose, StatementSyntax first)
    {
        var rest = SyntaxFactory.ExpressionStatement(dispose.ExpressionBody!.Expression.WithoutTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        return dispose.WithExpressionBody(null).WithSemicolonToken(default).WithBody(SyntaxFactory.Block(first, rest).WithTrailingTrivia(dispose.GetTrailingTrivia())).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
