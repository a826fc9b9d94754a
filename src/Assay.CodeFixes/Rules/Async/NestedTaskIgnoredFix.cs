using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Runs the work by <c>Task.Run</c>, whose task is that of the work; where more is asked of the factory, unwraps what it gives.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NestedTaskIgnoredFix)), Shared]
public sealed class NestedTaskIgnoredFix() : RuleFix(NestedTaskIgnored.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax nested || site.Model.GetTypeInfo(nested, cancellationToken).Type is not INamedTypeSymbol { TypeArguments: { Length: 1 } arguments })
            return null;
        // A ValueTask inside has no Unwrap.
        if (arguments[0].IsValueType)
            return null;
        var isPlain = nested is InvocationExpressionSyntax start && site.Model.GetOperation(start, cancellationToken) is IInvocationOperation operation && IsPlainStart(operation, start);
        var fix = isPlain ? Run(site, (InvocationExpressionSyntax)nested) : Unwrap(site, nested);
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    // Without options, state or scheduler, and of the factory that everybody shares.
    private static bool IsPlainStart(IInvocationOperation operation, InvocationExpressionSyntax call) =>
        operation is { TargetMethod.Name: "StartNew", Instance: IPropertyReferenceOperation { Property: { Name: "Factory", ContainingType.Name: "Task", ContainingType.Arity: 0 } } }
        && operation.Arguments.All(a => a.Parameter is { Type: { Name: "Func" or "CancellationToken" } })
        && call.Expression is MemberAccessExpressionSyntax { Expression: MemberAccessExpressionSyntax, Name: IdentifierNameSyntax };

    private static Fix Run(FixSite site, InvocationExpressionSyntax call)
    {
        var access = (MemberAccessExpressionSyntax)call.Expression;
        var task = ((MemberAccessExpressionSyntax)access.Expression).Expression;
        var run = access.WithExpression(task.WithTriviaFrom(access.Expression)).WithName(SyntaxFactory.IdentifierName("Run").WithTriviaFrom(access.Name));
        return site.Replace("Run the work by Task.Run", call, call.WithExpression(run));
    }

    private static Fix Unwrap(FixSite site, ExpressionSyntax nested)
    {
        var access = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, nested.WithoutTrivia(), SyntaxFactory.IdentifierName("Unwrap"));
        return site.Replace("Unwrap the task of the work", nested, SyntaxFactory.InvocationExpression(access).WithTriviaFrom(nested));
    }
}
