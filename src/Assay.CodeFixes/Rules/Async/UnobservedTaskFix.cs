using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Awaits the dropped task where the code around it is async.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnobservedTaskFix)), Shared]
public sealed class UnobservedTaskFix() : RuleFix(UnobservedTask.Descriptor)
{
    private const string Title = "Await the task";

    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site));

    private static Fix? Propose(FixSite site)
    {
        // `_ = X()` says that nobody shall wait: the cure is a catch inside X, and a person has to write it.
        if (site.Properties.ContainsKey(UnobservedTask.Meant))
            return null;
        if (site.Node is not ExpressionSyntax dropped || !AsyncPlace.CanAwait(dropped) || AwaitableForm(dropped, site) is not { } awaitable)
            return null;
        var awaited = AwaitSyntax.Await(awaitable, dropped);
        return dropped.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => ReplaceLocal(site, declarator, awaited),
            AssignmentExpressionSyntax => null,
            _ => site.Replace(Title, dropped, awaited),
        };
    }

    // `x?.M()` is null when x is, and null cannot be awaited.
    private static ExpressionSyntax? AwaitableForm(ExpressionSyntax dropped, FixSite site)
    {
        if (dropped is not ConditionalAccessExpressionSyntax)
            return dropped;
        var types = KnownTypes.Of(site.Model.Compilation);
        var type = site.Model.GetTypeInfo(dropped).Type;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return types.IsTaskLike(nullable.TypeArguments[0]) ? Or(dropped, SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression)) : null;
        if (!types.IsTaskLike(type) || types.Task is not { } task)
            return null;
        var generator = SyntaxGenerator.GetGenerator(site.Document);
        var completed = generator.MemberAccessExpression(
            generator.TypeExpression(task).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation),
            "CompletedTask");
        return Or(dropped, (ExpressionSyntax)completed);
    }

    private static ExpressionSyntax Or(ExpressionSyntax dropped, ExpressionSyntax otherwise) =>
        SyntaxFactory.BinaryExpression(
            SyntaxKind.CoalesceExpression,
            dropped.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.QuestionQuestionToken).WithTrailingTrivia(SyntaxFactory.Space),
            otherwise);

    // The variable was never read, so the declaration goes with it; one that is also assigned would leave those behind.
    private static Fix? ReplaceLocal(FixSite site, VariableDeclaratorSyntax declarator, ExpressionSyntax awaited)
    {
        if (declarator.Parent is not VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement })
            return null;
        var scope = AsyncPlace.EnclosingFunction(statement) is { } function and not GlobalStatementSyntax ? function : site.Root;
        if (scope.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == declarator.Identifier.ValueText))
            return null;
        var instead = SyntaxFactory.ExpressionStatement(awaited.WithoutTrivia(), statement.SemicolonToken).WithTriviaFrom(statement);
        return site.Replace(Title, statement, instead);
    }
}
