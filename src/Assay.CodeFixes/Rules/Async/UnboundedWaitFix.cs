using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tokens;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Waits for the source with the token in scope; how long to wait where there is none is a decision.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnboundedWaitFix)), Shared]
public sealed class UnboundedWaitFix() : RuleFix(UnboundedWait.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not MemberAccessExpressionSyntax task || site.Model.GetOperation(task, cancellationToken) is not { } operation)
            return null;
        if (site.Model.GetEnclosingSymbol(task.SpanStart, cancellationToken) is not { } containing)
            return null;
        if (KnownTypes.Of(site.Model.Compilation).TokenAt(operation, containing.Member()) is not { } token)
            return null;
        var access = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, task.WithoutTrivia(), SyntaxFactory.IdentifierName("WaitAsync"));
        var arguments = SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(TokenArgument.Expression(token.Expression))));
        var fix = site.Replace("Wait with the token", task, SyntaxFactory.InvocationExpression(access, arguments).WithTriviaFrom(task));
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }
}
