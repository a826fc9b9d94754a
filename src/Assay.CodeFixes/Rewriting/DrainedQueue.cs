using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Turns a list that is taken from at its front into a Queue.</summary>
internal static class DrainedQueue
{
    /// <summary>The fix for <c>var next = list[0]; list.RemoveAt(0);</c>; null where the list is used in ways that a queue has not.</summary>
    public static Fix? Propose(FixSite site, InvocationExpressionSyntax removal, CancellationToken cancellationToken)
    {
        if (removal is not { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax list }, Parent: ExpressionStatementSyntax removed } || LocalUses.Of(list, site.Model, cancellationToken) is not { } uses)
            return null;
        if (uses.Variable.Initializer!.Value is not ObjectCreationExpressionSyntax { Initializer: null, Type: GenericNameSyntax { Identifier.ValueText: "List" } type } || !uses.Declaration.Declaration.Type.IsVar)
            return null;
        var statements = Statements.Beside(removed);
        var index = statements.IndexOf(removed);
        if (index < 1 || statements[index - 1] is not LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } || variables[0].Initializer?.Value is not ElementAccessExpressionSyntax first || Statements.HasComment(removed))
            return null;
        var edits = new Dictionary<SyntaxNode, SyntaxNode>
        {
            [type] = type.WithIdentifier(SyntaxFactory.Identifier("Queue").WithTriviaFrom(type.Identifier)),
            [first] = SyntaxFactory.ParseExpression(list.Identifier.Text + ".Dequeue()").WithTriviaFrom(first),
        };
        foreach (var name in uses.Names)
        {
            if (name == list || first.Expression == name && first.ArgumentList.ToString() == "[0]")
                continue;
            if (name.Parent is not MemberAccessExpressionSyntax access || access.Expression != name)
                return null;
            if (access.Name.Identifier.ValueText == "Add" && access.Parent is InvocationExpressionSyntax { Parent: ExpressionStatementSyntax })
                edits[access.Name] = SyntaxFactory.IdentifierName("Enqueue").WithTriviaFrom(access.Name);
            else if (access.Name.Identifier.ValueText is not ("Count" or "Clear" or "Contains"))
                return null;
        }
        var root = site.Root.TrackNodes(removed);
        root = root.ReplaceNodes(edits.Keys.Select(k => root.FindNode(k.Span, getInnermostNodeForTie: true)).ToList(), (old, _) => edits.First(e => e.Key.Span == old.Span).Value.WithAdditionalAnnotations(Formatter.Annotation));
        root = root.RemoveNode(root.GetCurrentNode(removed)!, SyntaxRemoveOptions.KeepNoTrivia)!;
        return site.Rewrite("Take from a Queue", root);
    }
}
