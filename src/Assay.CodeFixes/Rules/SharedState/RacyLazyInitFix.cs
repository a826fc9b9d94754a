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

/// <summary>Lets one object win: a lazy static, or LazyInitializer where the field belongs to an object.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RacyLazyInitFix)), Shared]
public sealed class RacyLazyInitFix() : RuleFix(RacyLazyInit.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(LazyField.Propose(site, cancellationToken) ?? Initialised(site, cancellationToken));

    private static Fix? Initialised(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not AssignmentExpressionSyntax assignment || site.Model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol is not IFieldSymbol { IsVolatile: false, IsReadOnly: false, Type.IsReferenceType: true } field)
            return null;
        if (assignment.Right.DescendantNodesAndSelf().Any(n => n is AwaitExpressionSyntax or ThrowExpressionSyntax or DeclarationExpressionSyntax) || NamesReference(assignment.Right, site.Model, cancellationToken))
            return null;
        var created = site.Model.GetTypeInfo(assignment.Right, cancellationToken).Type;
        // The factory gives the type of the field, and in a struct it cannot name the object.
        if (created is null || !SymbolEqualityComparer.Default.Equals(created, field.Type) || site.Model.GetEnclosingSymbol(assignment.SpanStart, cancellationToken)?.ContainingType.TypeKind != TypeKind.Class)
            return null;
        var value = assignment.Right is ImplicitObjectCreationExpressionSyntax made
            ? SyntaxFactory.ObjectCreationExpression(SyntaxFactory.ParseTypeName(field.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)).WithLeadingTrivia(SyntaxFactory.Space).WithAdditionalAnnotations(Simplifier.Annotation), made.ArgumentList, made.Initializer)
            : assignment.Right.WithoutTrivia();
        var call = SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(
                    SyntaxKind.SimpleMemberAccessExpression,
                    SyntaxFactory.ParseTypeName("global::System.Threading.LazyInitializer").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation),
                    SyntaxFactory.IdentifierName("EnsureInitialized")),
                SyntaxFactory.ArgumentList(
                [
                    SyntaxFactory.Argument(null, SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space), assignment.Left.WithoutTrivia()),
                    SyntaxFactory.Argument(SyntaxFactory.ParenthesizedLambdaExpression(value)),
                ]))
            .WithAdditionalAnnotations(Formatter.Annotation);
        const string title = "Keep the object of the first thread";
        if (assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression))
            return site.Replace(title, assignment, call.WithTriviaFrom(assignment));
        // if (_x == null) _x = …;  is the whole check.
        return assignment.Parent is ExpressionStatementSyntax statement && OwnerOf(statement) is { } whole && site.Related.Any(r => whole.Condition.Span.Contains(r.Span)) && whole.Condition is BinaryExpressionSyntax or IsPatternExpressionSyntax
            ? site.Replace(title, whole, statement.WithExpression(call).WithTriviaFrom(whole))
            : null;
    }

    private static IfStatementSyntax? OwnerOf(ExpressionStatementSyntax statement)
    {
        var owner = statement.Parent is BlockSyntax { Statements.Count: 1 } block ? block.Parent : statement.Parent;
        return owner is IfStatementSyntax { Else: null, Condition: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } or IsPatternExpressionSyntax } whole && !Statements.HasComment(whole) ? whole : null;
    }

    // A lambda captures no ref, out or in parameter.
    private static bool NamesReference(ExpressionSyntax value, SemanticModel model, CancellationToken cancellationToken) =>
        value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(n => model.GetSymbolInfo(n, cancellationToken).Symbol is IParameterSymbol { RefKind: not RefKind.None } or ILocalSymbol { IsRef: true });
}
