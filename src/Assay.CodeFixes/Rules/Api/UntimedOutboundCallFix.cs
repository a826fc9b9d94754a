using System.Composition;
using Assay.Analyzers.Rules.Api;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Requests;
using Assay.Analyzers.Semantics.Tokens;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Api;

/// <summary>Gives the mapped handler the token of its request and passes it to the call.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UntimedOutboundCallFix)), Shared]
public sealed class UntimedOutboundCallFix() : RuleFix(UntimedOutboundCall.Descriptor)
{
    private const string Title = "Take the token of the request and pass it on";

    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } syntax || site.Model.GetOperation(syntax, cancellationToken) is not IInvocationOperation call)
            return null;
        // The framework binds a parameter of this type to the request's token in a mapped lambda.
        if (syntax.Ancestors().FirstOrDefault(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) is not ParenthesizedLambdaExpressionSyntax { Parent: ArgumentSyntax } handler)
            return null;
        var types = KnownTypes.Of(site.Model.Compilation);
        var name = handler.DescendantTokens().Any(t => t.ValueText == "cancellationToken") ? "requestAborted" : "cancellationToken";
        var passed = new Dictionary<SyntaxNode, ArgumentListSyntax>();
        foreach (var inner in handler.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (Arguments(site.Model.GetOperation(inner, cancellationToken) as IInvocationOperation, types, name) is { } arguments)
                passed[inner] = arguments;
        }
        if (!passed.ContainsKey(syntax))
            return null;
        var root = site.Root.ReplaceNodes<CompilationUnitSyntax, SyntaxNode>([.. passed.Keys, handler], (old, now) => old == handler
            ? WithToken((ParenthesizedLambdaExpressionSyntax)now, name)
            : Passing((InvocationExpressionSyntax)old, (InvocationExpressionSyntax)now, passed[old]));
        var fix = site.Rewrite(Title, root);
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    // All calls of the handler that go out: the others would be told to take the token next.
    private static ArgumentListSyntax? Arguments(IInvocationOperation? call, KnownTypes types, string name)
    {
        if (call is null || new OutboundCalls(types).Of(call) is Outside.Nothing || new OutboundTimeouts(types).IsBounded(call))
            return null;
        return new TokenOverloads(types).Of(call.TargetMethod) is { } slot ? TokenArgument.Add(call, slot, SyntaxFactory.IdentifierName(name)) : null;
    }

    // The arguments that were there may hold calls that changed, too.
    private static InvocationExpressionSyntax Passing(InvocationExpressionSyntax before, InvocationExpressionSyntax now, ArgumentListSyntax arguments)
    {
        var written = arguments;
        for (var i = 0; i < before.ArgumentList.Arguments.Count && i < written.Arguments.Count; i++)
        {
            if (written.Arguments[i].Expression.IsEquivalentTo(before.ArgumentList.Arguments[i].Expression))
                written = written.ReplaceNode(written.Arguments[i].Expression, now.ArgumentList.Arguments[i].Expression);
        }
        return now.WithArgumentList(written);
    }

    private static ParenthesizedLambdaExpressionSyntax WithToken(ParenthesizedLambdaExpressionSyntax handler, string name)
    {
        var type = SyntaxFactory.ParseTypeName("global::System.Threading.CancellationToken").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        var parameter = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name)).WithType(type.WithTrailingTrivia(SyntaxFactory.Space));
        return handler.WithParameterList(handler.ParameterList.AddParameters(parameter.WithAdditionalAnnotations(Formatter.Annotation)).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
