using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Makes one TryGetValue of a ContainsKey and the indexer reads after it.</summary>
internal static class AtomicRead
{
    private static readonly string[] s_names = ["value", "found", "current"];

    public static Fix? Propose(CollectionCheck pair)
    {
        if (pair.CheckName != "ContainsKey" || pair.Act is not ElementAccessExpressionSyntax || CheckedRegion(pair) is not { } region)
            return null;
        var member = pair.Check.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        if (member is null)
            return null;
        var isSetter = pair.Check.Ancestors().Any(a => a is AccessorDeclarationSyntax accessor && !accessor.IsKind(SyntaxKind.GetAccessorDeclaration));
        var name = s_names.FirstOrDefault(n => !(isSetter && n == "value") && !member.DescendantTokens().Any(t => t.ValueText == n));
        var reads = new List<SyntaxNode>();
        if (name is null || !TryFindReads(pair, region, reads) || !reads.Contains(pair.Act))
            return null;
        var check = pair.Call("TryGetValue", pair.Key);
        var declared = SyntaxFactory.Argument(SyntaxFactory.DeclarationExpression(
                SyntaxFactory.IdentifierName("var").WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.SingleVariableDesignation(SyntaxFactory.Identifier(name))))
            .WithRefKindKeyword(SyntaxFactory.Token(SyntaxKind.OutKeyword).WithTrailingTrivia(SyntaxFactory.Space));
        check = check.WithArgumentList(check.ArgumentList.AddArguments(declared).WithSeparatorSpaces());
        return pair.Site.Rewrite("Read with 'TryGetValue'", pair.Site.Root.ReplaceNodes(
            reads.Append(pair.Check),
            (before, _) => before == pair.Check ? check.WithTriviaFrom(before) : SyntaxFactory.IdentifierName(name).WithTriviaFrom(before)));
    }

    // The code that runs only when the key was there.
    private static List<SyntaxNode>? CheckedRegion(CollectionCheck pair)
    {
        var region = new List<SyntaxNode>();
        ExpressionSyntax condition = pair.Condition;
        var joins = pair.IsNegated ? SyntaxKind.LogicalOrExpression : SyntaxKind.LogicalAndExpression;
        while (condition.Parent is ParenthesizedExpressionSyntax || condition.Parent.IsKind(joins))
        {
            if (condition.Parent is BinaryExpressionSyntax pairOf && pairOf.Left == condition)
                region.Add(pairOf.Right);
            condition = (ExpressionSyntax)condition.Parent!;
        }
        switch (condition.Parent)
        {
            case ConditionalExpressionSyntax choice when choice.Condition == condition:
                region.Add(pair.IsNegated ? choice.WhenFalse : choice.WhenTrue);
                break;
            case IfStatementSyntax branch when branch.Condition == condition && !pair.IsNegated:
                region.Add(branch.Statement);
                break;
            case IfStatementSyntax { Else: null } exit when exit.Condition == condition && Leaves(exit.Statement):
                var statements = Statements.Beside(exit);
                region.AddRange(statements.Skip(statements.IndexOf(exit) + 1));
                break;
        }
        return region.Count == 0 ? null : region;
    }

    // All mentions of the collection must be reads of the same entry, and the key must stay as it is.
    private static bool TryFindReads(CollectionCheck pair, List<SyntaxNode> region, List<SyntaxNode> reads)
    {
        foreach (var node in region.SelectMany(r => r.DescendantNodesAndSelf()))
        {
            if (node is ExpressionSyntax changed && IsChanged(changed) && MovableValue.IsCheap(changed) && pair.Key.ToString().Contains(changed.ToString()))
                return false;
            if (node is not ExpressionSyntax collection || !collection.IsEquivalentTo(pair.Collection, topLevel: false) || IsPartOfName(collection))
                continue;
            if (collection.Parent is not ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } keys } element || !keys[0].Expression.IsEquivalentTo(pair.Key, topLevel: false))
                return false;
            if (IsChanged(element))
                return false;
            reads.Add(element);
        }
        return true;
    }

    private static bool IsPartOfName(ExpressionSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name && access.Expression is not ThisExpressionSyntax;

    private static bool IsChanged(ExpressionSyntax target) => target.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == target,
        ArgumentSyntax argument => argument.RefKindKeyword.RawKind != 0,
        PrefixUnaryExpressionSyntax step => step.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression,
        PostfixUnaryExpressionSyntax step => step.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression,
        _ => false,
    };

    private static bool Leaves(StatementSyntax statement) =>
        (statement is BlockSyntax block ? block.Statements.LastOrDefault() : statement)
            is ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax;
}
