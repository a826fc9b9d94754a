using System.Composition;
using Assay.Analyzers.Rules.Async;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Async;

/// <summary>Asks a completion source to run continuations on the thread pool.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InlineContinuationFix)), Shared]
public sealed class InlineContinuationFix() : RuleFix(InlineContinuation.Descriptor)
{
    private const string Option = "RunContinuationsAsynchronously";

    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation || site.Model.GetSymbolInfo(creation, cancellationToken).Symbol is not IMethodSymbol constructor)
            return null;
        var option = SyntaxFactory.ParseExpression($"global::System.Threading.Tasks.TaskCreationOptions.{Option}")
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        var arguments = creation.ArgumentList ?? SyntaxFactory.ArgumentList();
        ArgumentListSyntax written;
        if (constructor.Parameters.FirstOrDefault(p => p.Type.Name == "TaskCreationOptions") is { } parameter)
        {
            var given = arguments.Arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == parameter.Name) ?? arguments.Arguments[parameter.Ordinal];
            // None adds nothing to the others.
            var isNone = given.Expression.ToString().EndsWith("None", StringComparison.Ordinal);
            written = arguments.ReplaceNode(given.Expression, isNone ? option : SyntaxFactory.BinaryExpression(SyntaxKind.BitwiseOrExpression, given.Expression, option).WithAdditionalAnnotations(Formatter.Annotation));
        }
        else
        {
            written = arguments.AddArguments(SyntaxFactory.Argument(option)).WithAdditionalAnnotations(Formatter.Annotation);
        }
        var fixedCreation = creation switch
        {
            // The comments and blanks after a type without arguments end the expression.
            ObjectCreationExpressionSyntax { ArgumentList: null } plain => plain.WithType(plain.Type.WithoutTrailingTrivia()).WithArgumentList(written.WithTrailingTrivia(plain.Type.GetTrailingTrivia())),
            _ => creation.WithArgumentList(written),
        };
        return site.Replace($"Add {Option}", creation, fixedCreation);
    }
}
