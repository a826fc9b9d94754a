using System.Composition;
using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Resources;

/// <summary>Bounds the channel, where every writer waits for room or looks at whether there was some.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnboundedQueueFix)), Shared]
public sealed class UnboundedQueueFix() : RuleFix(UnboundedQueue.Descriptor)
{
    private const string Capacity = "1000";

    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: GenericNameSyntax { Identifier.ValueText: "CreateUnbounded" } name } access } made)
            return null;
        if (Arguments(made.ArgumentList) is not { } arguments || await DropsWritesAsync(site, cancellationToken).ConfigureAwait(false))
            return null;
        var bounded = made.WithExpression(access.WithName(name.WithIdentifier(SyntaxFactory.Identifier("CreateBounded").WithTriviaFrom(name.Identifier)))).WithArgumentList(arguments);
        var fix = site.Replace($"Bound the channel to {Capacity} elements", made, bounded);
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static ArgumentListSyntax? Arguments(ArgumentListSyntax list)
    {
        var capacity = SyntaxFactory.Argument(SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1000)));
        if (list.Arguments.Count == 0)
            return list.WithArguments([capacity]);
        if (list.Arguments[0].Expression is not ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax { Identifier.ValueText: "UnboundedChannelOptions" } type } options)
            return null;
        var arguments = SyntaxFactory.ArgumentList([capacity]);
        if (options.ArgumentList is null)
            type = type.WithoutTrailingTrivia();
        var bounded = options.WithType(SyntaxFactory.IdentifierName("BoundedChannelOptions").WithTriviaFrom(type))
            .WithArgumentList(options.ArgumentList is null ? arguments.WithTrailingTrivia(options.Type.GetTrailingTrivia()) : arguments.WithTriviaFrom(options.ArgumentList));
        return list.ReplaceNode(options, bounded);
    }

    // `writer.TryWrite(job);`: with a bound, what finds no room would be lost without a word.
    private static async Task<bool> DropsWritesAsync(FixSite site, CancellationToken cancellationToken)
    {
        foreach (var tree in site.Model.Compilation.SyntaxTrees)
        {
            var root = await tree.GetRootAsync(cancellationToken).ConfigureAwait(false);
            foreach (var node in root.DescendantNodes())
            {
                if (node is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "TryWrite" } } })
                    return true;
            }
        }
        return false;
    }
}
