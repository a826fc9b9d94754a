using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Awaits the task, and makes the function around it and its callers in the same document async where they are not.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BlockingWaitFix)), Shared]
public sealed class BlockingWaitFix() : RuleFix(BlockingWait.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax place || site.Model.GetOperation(place, cancellationToken) is not { } operation)
            return null;
        var types = KnownTypes.Of(site.Model.Compilation);
        if (new TaskWaits(types).Recognise(operation) is not { } wait || AwaitedBy(wait, types) is not { } awaited)
            return null;
        if (await AsyncRewrite.AwaitAsync(site, place, awaited, cancellationToken).ConfigureAwait(false) is not { } result)
            return null;
        return new Fix(Title(wait, result.MadeAsync), result.Changed);
    }

    private static string Title(TaskWait wait, IReadOnlyList<SyntaxNode> madeAsync)
    {
        var title = wait.Form is WaitForm.WaitAll or WaitForm.WaitAny ? "Await the tasks" : "Await the task";
        var names = madeAsync.Select(NameOf).OfType<string>().ToList();
        return names.Count switch
        {
            0 => title,
            1 => $"{title} and make '{names[0]}' async",
            2 => $"{title} and make '{names[0]}' and its caller '{names[1]}' async",
            _ => $"{title} and make '{names[0]}' and its callers async",
        };
    }

    private static string? NameOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        _ => null,
    };

    // What to await instead of a wait of this form; null where an await would not say the same.
    private static Func<ExpressionSyntax, ExpressionSyntax>? AwaitedBy(TaskWait wait, KnownTypes types)
    {
        var arguments = (wait.Operation as IInvocationOperation)?.TargetMethod.Parameters;
        switch (wait.Form)
        {
            case WaitForm.Result when wait.Operation.Syntax is MemberAccessExpressionSyntax:
                return current => Operand(((MemberAccessExpressionSyntax)current).Expression);
            case WaitForm.GetResult when IsCallOnCall(wait.Operation.Syntax):
                return current => Operand(ReceiverOf(ReceiverOf(current)));
            case WaitForm.Wait when arguments is { IsEmpty: true } && IsCallOnMember(wait.Operation.Syntax):
                return current => Operand(ReceiverOf(current));
            case WaitForm.Wait when arguments is { Length: 1 } && arguments.Value[0].Type.Is(types.CancellationToken) && HasWaitAsync(types):
                return current => Renamed(current, "WaitAsync");
            case WaitForm.WaitAll when arguments is { Length: 1 }:
                return current => Renamed(current, "WhenAll");
            // The index of the first task has no counterpart.
            case WaitForm.WaitAny when arguments is { Length: 1 } && wait.Operation.Syntax.Parent is ExpressionStatementSyntax:
                return current => Renamed(current, "WhenAny");
            default:
                return null;
        }
    }

    private static bool HasWaitAsync(KnownTypes types) => types.Task?.GetMembers("WaitAsync").IsEmpty == false;

    private static bool IsCallOnMember(SyntaxNode node) => node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax };

    // `x.GetAwaiter().GetResult()`, and not the static form of an extension method.
    private static bool IsCallOnCall(SyntaxNode node) =>
        IsCallOnMember(node)
        && ReceiverOf((InvocationExpressionSyntax)node) is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } inner
        && IsCallOnMember(inner);

    private static ExpressionSyntax ReceiverOf(ExpressionSyntax call) =>
        ((MemberAccessExpressionSyntax)((InvocationExpressionSyntax)call).Expression).Expression;

    // A value task can be awaited as it is, and so can another await.
    private static ExpressionSyntax Operand(ExpressionSyntax task) => task switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "AsTask" } access } => access.Expression,
        ParenthesizedExpressionSyntax { Expression: AwaitExpressionSyntax inner } => inner,
        _ => task,
    };

    private static ExpressionSyntax Renamed(ExpressionSyntax current, string name)
    {
        var call = (InvocationExpressionSyntax)current;
        var identifier = SyntaxFactory.IdentifierName(name);
        return call.WithExpression(call.Expression is MemberAccessExpressionSyntax access
            ? access.WithName(identifier.WithTriviaFrom(access.Name))
            : identifier.WithTriviaFrom(call.Expression));
    }
}
