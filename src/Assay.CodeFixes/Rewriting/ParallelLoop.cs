using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>A <c>Parallel.ForEach</c> or <c>Parallel.For</c> with an async body, and the form of it that waits for the bodies.</summary>
/// <param name="Call">The call of the loop, a statement of its own.</param>
/// <param name="AsyncName">The method that waits: <c>ForEachAsync</c> or <c>ForAsync</c>.</param>
/// <param name="TokenName">The name for the token the body is given.</param>
/// <param name="Stop">The caller's own token, when the loop has no options to hold it and it can be passed on.</param>
internal sealed record ParallelLoop(InvocationExpressionSyntax Call, string AsyncName, string TokenName, string? Stop)
{
    /// <summary>The loop whose body the lambda is; null when no overload that waits takes the same arguments.</summary>
    public static ParallelLoop? Of(AnonymousFunctionExpressionSyntax lambda, SemanticModel model, CancellationToken cancellationToken)
    {
        if (lambda.Parent is not ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } arguments })
            return null;
        // The result of the loop is used: ForEachAsync has none.
        if (call.Parent is not ExpressionStatementSyntax || call.Expression is not MemberAccessExpressionSyntax)
            return null;
        if (model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { Name: "Parallel" } type, Name: "ForEach" or "For" } method)
            return null;
        var asyncName = method.Name + "Async";
        if (type.GetMembers(asyncName).IsEmpty || !TakesSameArguments(method, arguments))
            return null;
        if (ParametersOf(lambda) is not { Count: 1 } parameters)
            return null;
        return new ParallelLoop(call, asyncName, FreeTokenName(lambda, parameters[0]), StopToken(method, arguments, call, model));
    }

    public SyntaxNode Awaited(SyntaxNode call)
    {
        var invocation = (InvocationExpressionSyntax)call;
        var access = (MemberAccessExpressionSyntax)invocation.Expression;
        var name = access.Name.WithIdentifier(SyntaxFactory.Identifier(AsyncName).WithTriviaFrom(access.Name.Identifier));
        invocation = invocation.WithExpression(access.WithName(name));
        if (Stop is not null)
        {
            var arguments = invocation.ArgumentList.Arguments;
            var stop = SyntaxFactory.Argument(SyntaxFactory.IdentifierName(Stop)).WithAdditionalAnnotations(Formatter.Annotation);
            invocation = invocation.WithArgumentList(invocation.ArgumentList.WithArguments(arguments.Insert(arguments.Count - 1, stop)));
        }
        return AwaitSyntax.Await(invocation, Call);
    }

    /// <summary>The lambda with a second parameter for the token.</summary>
    public SyntaxNode WithToken(SyntaxNode lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => SyntaxFactory.ParenthesizedLambdaExpression(
            simple.Modifiers,
            SyntaxFactory.ParameterList([simple.Parameter.WithoutTrivia(), Token(typed: false)]).WithTriviaFrom(simple.Parameter),
            simple.ArrowToken,
            simple.Block,
            simple.ExpressionBody).WithAdditionalAnnotations(Formatter.Annotation),
        ParenthesizedLambdaExpressionSyntax parenthesized =>
            parenthesized.WithParameterList(WithToken(parenthesized.ParameterList)).WithAdditionalAnnotations(Formatter.Annotation),
        AnonymousMethodExpressionSyntax { ParameterList: { } list } anonymous =>
            anonymous.WithParameterList(WithToken(list)).WithAdditionalAnnotations(Formatter.Annotation),
        _ => lambda,
    };

    private ParameterListSyntax WithToken(ParameterListSyntax list) => list.AddParameters(Token(list.Parameters[0].Type is not null));

    private ParameterSyntax Token(bool typed)
    {
        var parameter = SyntaxFactory.Parameter(SyntaxFactory.Identifier(TokenName));
        if (!typed)
            return parameter;
        var type = SyntaxFactory.ParseTypeName("global::System.Threading.CancellationToken")
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        return parameter.WithType(type.WithTrailingTrivia(SyntaxFactory.Space));
    }

    // (source, body), (source, options, body), (from, to, body) and (from, to, options, body); partitioners have no twin.
    private static bool TakesSameArguments(IMethodSymbol method, ArgumentListSyntax arguments)
    {
        var parameters = method.OriginalDefinition.Parameters;
        if (parameters.Length != arguments.Arguments.Count || parameters.Last().Type is not INamedTypeSymbol { Name: "Action", Arity: 1 })
            return false;
        if (method.Name == "ForEach" && parameters[0].Type.Name != "IEnumerable")
            return false;
        var fixedArguments = method.Name == "ForEach" ? 2 : 3;
        return parameters.Length == fixedArguments
            || (parameters.Length == fixedArguments + 1 && parameters[parameters.Length - 2].Type.Name == "ParallelOptions");
    }

    private static string? StopToken(IMethodSymbol loop, ArgumentListSyntax arguments, SyntaxNode call, SemanticModel model)
    {
        if (loop.Parameters[loop.Parameters.Length - 2].Type.Name == "ParallelOptions" || arguments.Arguments.Any(a => a.NameColon is not null))
            return null;
        if (model.GetEnclosingSymbol(call.SpanStart) is not IMethodSymbol function)
            return null;
        var tokens = function.Parameters.Where(p => p.Type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" }).ToList();
        return tokens.Count == 1 ? tokens[0].Name : null;
    }

    private static IReadOnlyList<ParameterSyntax> ParametersOf(AnonymousFunctionExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => [simple.Parameter],
        ParenthesizedLambdaExpressionSyntax parenthesized => parenthesized.ParameterList.Parameters,
        AnonymousMethodExpressionSyntax { ParameterList: { } list } => list.Parameters,
        _ => [],
    };

    // `_` is a discard in the body of the lambda as it stands, and a parameter of that name would capture it.
    private static string FreeTokenName(AnonymousFunctionExpressionSyntax lambda, ParameterSyntax only)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { only.Identifier.ValueText };
        foreach (var token in lambda.Body.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) || token.IsKind(SyntaxKind.UnderscoreToken))
                taken.Add(token.ValueText);
        }
        return new[] { "_", "token", "cancellationToken", "stop" }.First(name => name == "stop" || !taken.Contains(name));
    }
}
