using System.Composition;
using Assay.Analyzers.Rules.Ai;
using Assay.Analyzers.Semantics.Ai;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Ai;

/// <summary>Limits the answer of the model by an option of the call.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnboundedPromptFix)), Shared]
public sealed class UnboundedPromptFix() : RuleFix(UnboundedPrompt.Descriptor)
{
    // About 700 words, more than a chat shows at once.
    private const string Limit = "1000";

    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call || site.Model.GetOperation(call, cancellationToken) is not IInvocationOperation operation)
            return null;
        if (Completion.Read(operation) is not { } completion)
            return null;
        var title = $"Set {completion.Limit}";
        var written = call.ArgumentList.Arguments.FirstOrDefault(a => completion.Options is { } options && a.Span.Contains(options.Syntax.Span));
        if (written?.Expression is BaseObjectCreationExpressionSyntax made)
            return site.Replace(title, made, WithLimit(made, completion.Limit));
        if (written is not null && !written.Expression.IsKind(SyntaxKind.NullLiteralExpression) && !written.Expression.IsKind(SyntaxKind.DefaultLiteralExpression))
            return null;
        // The overload for a list of single messages takes no options.
        if (operation.TargetMethod.Parameters.FirstOrDefault(p => p.Name == "options") is not { Type: INamedTypeSymbol type })
            return null;
        var options = SyntaxFactory.ParseExpression($"new {type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)} {{ {completion.Limit} = {Limit} }}")
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation, Formatter.Annotation);
        return site.Replace(title, call, WithOptions(call, written, options));
    }

    private static InvocationExpressionSyntax WithOptions(InvocationExpressionSyntax call, ArgumentSyntax? written, ExpressionSyntax options)
    {
        if (written is not null)
            return call.ReplaceNode(written.Expression, options.WithTriviaFrom(written.Expression));
        var arguments = call.ArgumentList.Arguments;
        // A named argument may follow: `cancellationToken: token`.
        IEnumerable<ArgumentSyntax> all = [arguments[0], SyntaxFactory.Argument(options), .. arguments.Skip(1)];
        IEnumerable<SyntaxToken> commas = [SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), .. arguments.GetSeparators()];
        return call.WithArgumentList(call.ArgumentList.WithArguments(SyntaxFactory.SeparatedList(all, commas)));
    }

    private static BaseObjectCreationExpressionSyntax WithLimit(BaseObjectCreationExpressionSyntax made, string limit)
    {
        var assignment = SyntaxFactory.ParseExpression($"{limit} = {Limit}");
        var initializer = made.Initializer is { } written
            ? written.WithExpressions(written.Expressions.Count == 0 ? SyntaxFactory.SingletonSeparatedList(assignment) : Append(written.Expressions, assignment))
            : SyntaxFactory.InitializerExpression(SyntaxKind.ObjectInitializerExpression, SyntaxFactory.SingletonSeparatedList(assignment));
        return made.WithInitializer(initializer).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static SeparatedSyntaxList<ExpressionSyntax> Append(SeparatedSyntaxList<ExpressionSyntax> list, ExpressionSyntax added)
    {
        var last = list[list.Count - 1];
        return list.Replace(last, last.WithTrailingTrivia()).Add(added.WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(last.GetTrailingTrivia()));
    }
}
