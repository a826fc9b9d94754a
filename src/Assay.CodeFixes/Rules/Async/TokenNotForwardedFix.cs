using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tokens;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Passes the token in scope to the call, or to the sequence of the <c>await foreach</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TokenNotForwardedFix)), Shared]
public sealed class TokenNotForwardedFix() : RuleFix(TokenNotForwarded.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Model.GetEnclosingSymbol(site.Node.SpanStart, cancellationToken)?.Member() is not { } member)
            return Task.FromResult<Fix?>(null);
        var calls = new TokenlessCalls(KnownTypes.Of(site.Model.Compilation));
        return Task.FromResult(LoopOver(site.Node) is { } loop
            ? ForLoop(site, calls, loop, member, cancellationToken)
            : ForCall(site, calls, member, cancellationToken));
    }

    private static Fix? ForCall(FixSite site, TokenlessCalls calls, ISymbol member, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } syntax)
            return null;
        if (site.Model.GetOperation(syntax, cancellationToken) is not IInvocationOperation call || calls.Find(call, member) is not { } found)
            return null;
        // Which of two tokens is meant, only the author knows.
        if (found.Token.IsAmbiguous)
            return null;
        if (TokenArgument.Add(call, found.Slot, TokenArgument.Expression(found.Token.Expression)) is not { } arguments)
            return null;
        var passed = syntax.WithArgumentList(arguments);
        return BindsTo(site, syntax, passed, found.Slot) ? site.Replace($"Pass '{found.Token.Expression}'", syntax, passed) : null;
    }

    private static Fix? ForLoop(FixSite site, TokenlessCalls calls, ForEachStatementSyntax syntax, ISymbol member, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(syntax, cancellationToken) is not IForEachLoopOperation loop || calls.FindStream(loop, member) is not { IsAmbiguous: false } token)
            return null;
        var source = (ExpressionSyntax)site.Node;
        var receiver = source.WithoutTrivia();
        if (source is not (SimpleNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax or ThisExpressionSyntax))
            receiver = SyntaxFactory.ParenthesizedExpression(receiver);
        var access = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, receiver, SyntaxFactory.IdentifierName("WithCancellation"));
        var argument = SyntaxFactory.Argument(TokenArgument.Expression(token.Expression));
        var governed = SyntaxFactory.InvocationExpression(access, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(argument)));
        if (site.Model.GetSpeculativeSymbolInfo(source.SpanStart, governed, SpeculativeBindingOption.BindAsExpression).Symbol is null)
            return null;
        return site.Replace($"Pass '{token.Expression}' with 'WithCancellation'", source, governed.WithTriviaFrom(source));
    }

    private static ForEachStatementSyntax? LoopOver(SyntaxNode node)
    {
        for (var current = node; current is ExpressionSyntax; current = current.Parent)
        {
            if (current.Parent is ForEachStatementSyntax loop && !loop.AwaitKeyword.IsKind(SyntaxKind.None) && loop.Expression == current)
                return node is SimpleNameSyntax && node.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access && access.Name == node ? null : loop;
        }
        return null;
    }

    // Another overload may be the better match for the new list; then a person has to look.
    private static bool BindsTo(FixSite site, InvocationExpressionSyntax before, InvocationExpressionSyntax after, TokenSlot slot)
    {
        if (before.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>() is not null)
            return true;
        var bound = site.Model.GetSpeculativeSymbolInfo(before.SpanStart, after, SpeculativeBindingOption.BindAsExpression).Symbol as IMethodSymbol;
        return bound is not null && (bound.ReducedFrom ?? bound).OriginalDefinition.Is(slot.Target.OriginalDefinition);
    }
}
