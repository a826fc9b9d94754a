using System.Composition;
using Assay.Analyzers.Rules.Resources;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tokens;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Resources;

/// <summary>Runs the work with <c>Parallel.ForEachAsync</c>, which starts as many at once as there are processors.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnboundedFanOutFix)), Shared]
public sealed class UnboundedFanOutFix() : RuleFix(UnboundedFanOut.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        // Results have no place in ForEachAsync, and tasks in a local may be used elsewhere.
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { ArgumentList.Arguments: { Count: 1 } arguments } whenAll || !IsDropped(whenAll))
            return null;
        if (arguments[0].Expression is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Select", Expression: var source }, ArgumentList.Arguments: { Count: 1 } selected })
            return null;
        if (selected[0].Expression is not AnonymousFunctionExpressionSyntax lambda || Body(lambda) is not { } body)
            return null;
        if (site.Model.GetOperation(whenAll, cancellationToken) is not IInvocationOperation call || site.Model.GetEnclosingSymbol(whenAll.SpanStart, cancellationToken) is not { } containing)
            return null;
        var token = KnownTypes.Of(site.Model.Compilation).TokenAt(call, containing.Member());
        var text = token is null ? "" : $"{token.Expression}, ";
        var loop = (InvocationExpressionSyntax)SyntaxFactory.ParseExpression($"global::System.Threading.Tasks.Parallel.ForEachAsync(source, {text}body)");
        loop = loop.ReplaceNodes(loop.DescendantNodes().Where(n => n is ArgumentSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "source" or "body" } } or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Parallel" }), (_, node) => node switch
        {
            ArgumentSyntax argument when argument.ToString() == "source" => argument.WithExpression(source.WithoutTrivia()),
            ArgumentSyntax argument => argument.WithExpression(body),
            _ => node.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation),
        });
        var fix = site.Replace("Bound the calls with 'Parallel.ForEachAsync'", whenAll, loop.WithTriviaFrom(whenAll).WithAdditionalAnnotations(Formatter.Annotation));
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static bool IsDropped(InvocationExpressionSyntax whenAll)
    {
        SyntaxNode value = whenAll;
        if (value.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured })
            value = configured;
        return value.Parent is AwaitExpressionSyntax { Parent: ExpressionStatementSyntax };
    }

    // item => SendAsync(item) becomes async (item, _) => await SendAsync(item)
    private static LambdaExpressionSyntax? Body(AnonymousFunctionExpressionSyntax lambda)
    {
        var parameter = lambda switch
        {
            SimpleLambdaExpressionSyntax simple => simple.Parameter,
            ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: { Count: 1 } parameters } when parameters[0].Type is null => parameters[0],
            _ => null,
        };
        if (parameter is null || parameter.Identifier.ValueText == "_")
            return null;
        var isAsync = !lambda.AsyncKeyword.IsKind(SyntaxKind.None);
        if (!isAsync && lambda.ExpressionBody is null)
            return null;
        var head = (ParenthesizedLambdaExpressionSyntax)SyntaxFactory.ParseExpression($"async ({parameter.Identifier.Text}, _) => x");
        if (lambda.Block is { } block)
            return head.WithExpressionBody(null).WithBlock(block).WithArrowToken(((LambdaExpressionSyntax)lambda).ArrowToken).WithAdditionalAnnotations(Formatter.Annotation);
        var result = lambda.ExpressionBody!;
        return head.WithExpressionBody(isAsync ? result : AwaitSyntax.Await(result, result)).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
