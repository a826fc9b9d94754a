using System.Composition;
using Assay.Analyzers.Rules.Async;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Assay.Analyzers.Semantics.Tokens;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Awaits the asynchronous form of the call, with the token in scope.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BlockingCallInAsyncFix)), Shared]
public sealed class BlockingCallInAsyncFix() : RuleFix(BlockingCallInAsync.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } syntax)
            return null;
        if (site.Model.GetOperation(syntax, cancellationToken) is not IInvocationOperation call)
            return null;
        if (site.Model.GetEnclosingSymbol(syntax.SpanStart, cancellationToken)?.Member() is not { } member)
            return null;
        var types = KnownTypes.Of(site.Model.Compilation);
        if (new BlockingCalls(types).Find(call, member) is not { } found || !CanAwait(syntax, site.Model, cancellationToken))
            return null;
        var token = types.MayRunAfterCancellation(call) ? null : types.TokenAt(call, member);
        if (token is { IsAmbiguous: true } or { Origin: TokenOrigin.Ambient })
            token = null;
        return found.Cure switch
        {
            BlockingCure.Delay => ForSleep(site, syntax, token),
            BlockingCure.Twin => ForTwin(site, found, syntax, token),
            _ => null,
        };
    }

    private static Fix ForSleep(FixSite site, InvocationExpressionSyntax syntax, TokenInScope? token)
    {
        var arguments = syntax.ArgumentList.WithArguments(SyntaxFactory.SeparatedList(syntax.ArgumentList.Arguments.Select(a => a.WithNameColon(null))));
        if (token is not null)
            arguments = arguments.AddArguments(SyntaxFactory.Argument(TokenArgument.Expression(token.Expression)).WithLeadingTrivia(SyntaxFactory.Space));
        var task = SyntaxFactory.ParseName("global::System.Threading.Tasks.Task").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        var delay = SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, task, SyntaxFactory.IdentifierName("Delay")),
            arguments);
        return site.Replace("Await 'Task.Delay'", syntax, AwaitSyntax.Await(ConfigureAwaitStyle.InStyleOf(delay, syntax), syntax));
    }

    private static Fix? ForTwin(FixSite site, BlockingCall found, InvocationExpressionSyntax syntax, TokenInScope? token)
    {
        var twin = found.Twin!;
        // The static form `Enumerable.ToList(query)` names a class that does not have the twin.
        if (Renamed(found, syntax, twin) is not { } renamed)
            return null;
        if (WithToken(site, found, token) is not { } arguments)
            return null;
        var awaited = AwaitSyntax.Await(ConfigureAwaitStyle.InStyleOf(renamed.WithArgumentList(arguments), syntax), syntax);
        var root = site.Root.ReplaceNode(syntax, awaited);
        if (twin.IsExtensionMethod && !IsImported(site.Model, syntax, twin))
            root = Imports.Add(root, (twin.ReducedFrom ?? twin).ContainingNamespace.ToDisplayString());
        return site.Rewrite($"Await '{twin.Name}'", root);
    }

    private static InvocationExpressionSyntax? Renamed(BlockingCall found, InvocationExpressionSyntax syntax, IMethodSymbol twin)
    {
        if (CallSites.CalledName(syntax) is not SimpleNameSyntax name)
            return null;
        var isStaticForm = found.Call.TargetMethod.IsExtensionMethod
            && syntax.Expression is MemberAccessExpressionSyntax access
            && found.Call.SemanticModel!.GetSymbolInfo(access.Expression).Symbol is INamedTypeSymbol;
        if (isStaticForm || (syntax.Expression is SimpleNameSyntax && twin.IsExtensionMethod))
            return null;
        var identifier = SyntaxFactory.Identifier(twin.Name).WithTriviaFrom(name.Identifier);
        // `ToList<Order>()` gets the type from the query.
        SimpleNameSyntax called = name is GenericNameSyntax generic && twin.Arity > 0
            ? generic.WithIdentifier(identifier)
            : SyntaxFactory.IdentifierName(identifier).WithTriviaFrom(name);
        return syntax.ReplaceNode(name, called);
    }

    private static ArgumentListSyntax? WithToken(FixSite site, BlockingCall found, TokenInScope? token)
    {
        var syntax = (InvocationExpressionSyntax)found.Call.Syntax;
        var types = KnownTypes.Of(site.Model.Compilation);
        var given = found.Call.Arguments.Any(a => a.ArgumentKind != ArgumentKind.DefaultValue && types.IsToken(a.Parameter?.Type));
        if (given)
            return syntax.ArgumentList;
        var twin = found.Twin!.ReducedFrom ?? found.Twin;
        var required = twin.Parameters.FirstOrDefault(p => types.IsToken(p.Type) && !p.IsOptional);
        if (required is null && token is null)
            return syntax.ArgumentList;
        var slot = required is null ? new TokenOverloads(types).Of(twin) : new TokenSlot(twin, required, NeedsAwait: false);
        if (slot is null || (slot.Target.IsExtensionMethod && !found.Call.TargetMethod.IsExtensionMethod))
            return slot is null ? syntax.ArgumentList : AppendTo(syntax.ArgumentList, slot, token);
        return TokenArgument.Add(found.Call, slot, TokenArgument.Expression(token?.Expression ?? "CancellationToken.None"));
    }

    // An instance method whose twin is an extension: the ordinals differ by the receiver, so the name says where it goes.
    private static ArgumentListSyntax AppendTo(ArgumentListSyntax list, TokenSlot slot, TokenInScope? token) =>
        list.AddArguments(SyntaxFactory.Argument(
            SyntaxFactory.NameColon(slot.Parameter.Name).WithTrailingTrivia(SyntaxFactory.Space),
            default,
            TokenArgument.Expression(token?.Expression ?? "CancellationToken.None")).WithLeadingTrivia(SyntaxFactory.Space));

    private static bool IsImported(SemanticModel model, InvocationExpressionSyntax syntax, IMethodSymbol twin)
    {
        var container = syntax.Expression is MemberAccessExpressionSyntax access ? model.GetTypeInfo(access.Expression).Type : null;
        return model.LookupSymbols(syntax.SpanStart, container, twin.Name, includeReducedExtensionMethods: true)
            .Any(s => s is IMethodSymbol { ReducedFrom: { } original } && original.ContainingType.Is(twin.ContainingType));
    }

    // Awaiting null throws, so `x?.Save()` needs an if; and no span may live across the new await.
    private static bool CanAwait(InvocationExpressionSyntax syntax, SemanticModel model, CancellationToken cancellationToken)
    {
        if (syntax.Ancestors().TakeWhile(n => n is ExpressionSyntax).Any(n => n is ConditionalAccessExpressionSyntax access && access.WhenNotNull.Span.Contains(syntax.Span)))
            return false;
        var function = syntax.Ancestors().FirstOrDefault(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax and not GlobalStatementSyntax)
            ?? syntax.SyntaxTree.GetRoot(cancellationToken);
        foreach (var node in function.DescendantNodes())
        {
            if (node is VariableDeclaratorSyntax or SingleVariableDesignationSyntax
                && model.GetDeclaredSymbol(node, cancellationToken) is ILocalSymbol local && (local.IsRef || local.Type.IsRefLikeType))
                return false;
            if (node is ForEachStatementSyntax loop && model.GetTypeInfo(loop.Expression, cancellationToken).Type is { IsRefLikeType: true })
                return false;
        }
        return true;
    }
}
