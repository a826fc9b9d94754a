using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.Analyzers.Semantics;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Checks and sets a flag in one step.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RacyStateFlagFix)), Shared]
public sealed class RacyStateFlagFix() : RuleFix(RacyStateFlag.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax set } assignment || site.Related.IsEmpty)
            return null;
        if (site.Model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol is not IFieldSymbol { IsReadOnly: false, Type.SpecialType: SpecialType.System_Boolean } field || !HasExchange(site.Model.Compilation))
            return null;
        if (site.Related[0].FirstAncestorOrSelf<IfStatementSyntax>() is not { } check || !site.Model.GetSymbolInfo(site.Related[0], cancellationToken).Symbol.Is(field))
            return null;
        var asks = check.Condition is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not ? not.Operand : check.Condition;
        // Anything else in the condition has to be decided before the flag is set.
        if (asks.Span != site.Related[0].Span || Statements.HasComment(set))
            return null;
        var isFirst = Statements.First(check.Statement) == set && check.Statement is BlockSyntax { Statements.Count: > 1 };
        if (!isFirst && Statements.After(check) != set)
            return null;
        var exchanged = Exchange(assignment).WithTriviaFrom(asks);
        var gone = new SyntaxAnnotation();
        var root = site.Root.ReplaceNodes(new SyntaxNode[] { asks, set }, (before, now) => before == asks ? exchanged : now.WithAdditionalAnnotations(gone));
        return site.Rewrite("Check and set the flag in one step", root.RemoveNode(root.GetAnnotatedNodes(gone).First(), SyntaxRemoveOptions.KeepNoTrivia)!);
    }

    private static InvocationExpressionSyntax Exchange(AssignmentExpressionSyntax assignment) =>
        SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(
                    SyntaxKind.SimpleMemberAccessExpression,
                    SyntaxFactory.ParseTypeName("global::System.Threading.Interlocked").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation),
                    SyntaxFactory.IdentifierName("Exchange")),
                SyntaxFactory.ArgumentList(
                [
                    SyntaxFactory.Argument(null, SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space), assignment.Left.WithoutTrivia()),
                    SyntaxFactory.Argument(assignment.Right.WithoutTrivia()),
                ]))
            .WithAdditionalAnnotations(Formatter.Annotation);

    // From .NET 9 on Exchange takes a bool: its type parameter is no longer bound to classes.
    private static bool HasExchange(Compilation compilation) =>
        compilation.GetTypeByMetadataName("System.Threading.Interlocked")?.GetMembers("Exchange")
            .Any(m => m is IMethodSymbol { IsGenericMethod: true } method && !method.TypeParameters[0].HasReferenceTypeConstraint) == true;
}
