using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Tests.Robustness.Rewordings;

/// <summary>Arguments with the names of their parameters, the last one first.</summary>
internal sealed class NamedArguments : Rewording
{
    protected override SyntaxNode Reword(SyntaxNode root, SemanticModel model) => new Rewriter(model).Visit(root);

    private sealed class Rewriter(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitArgumentList(ArgumentListSyntax node)
        {
            var visited = (ArgumentListSyntax)base.VisitArgumentList(node)!;
            if (node.Arguments.Count == 0 || node.Arguments.Any(argument => argument.NameColon is not null) || Names(node) is not { } names)
                return visited;
            var named = visited.Arguments.Select((argument, i) => argument.WithNameColon(SyntaxFactory.NameColon(names[i])));
            // In another order only where evaluating in another order changes nothing that rules could look at.
            return visited.WithArguments([.. node.Arguments.All(argument => IsStill(argument.Expression)) ? named.Reverse() : named]);
        }

        private static bool IsStill(ExpressionSyntax expression) => expression is LiteralExpressionSyntax or IdentifierNameSyntax or LambdaExpressionSyntax;

        private List<string>? Names(ArgumentListSyntax list)
        {
            var names = new List<string>();
            foreach (var argument in list.Arguments)
            {
                if (model.GetOperation(argument) is not IArgumentOperation { ArgumentKind: ArgumentKind.Explicit, Parameter: { IsParams: false } parameter })
                    return null;
                // The receiver of an extension method is no argument, and a delegate's parameters have no useful names.
                names.Add(SyntaxFacts.GetKeywordKind(parameter.Name) == SyntaxKind.None ? parameter.Name : "@" + parameter.Name);
            }

            return names.Distinct().Count() == names.Count ? names : null;
        }
    }
}
