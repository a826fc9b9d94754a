using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Makes one AddOrUpdate of a read, the value computed from it, and the write back.</summary>
internal static class AtomicUpdate
{
    private const string Current = "current";

    public static Fix? Propose(CollectionCheck pair)
    {
        if (pair.CheckName is not ("ContainsKey" or "TryGetValue") || MovableValue.HoldsDelegates(pair.Collection, pair.Site.Model))
            return null;
        return pair.Condition.Parent switch
        {
            IfStatementSyntax branch when branch.Condition == pair.Condition => InBranches(pair, branch),
            ExpressionStatementSyntax read => AfterRead(pair, read),
            _ => null,
        };
    }

    // if (d.TryGetValue(k, out var n)) d[k] = n + 1; else d[k] = 1;
    private static Fix? InBranches(CollectionCheck pair, IfStatementSyntax branch)
    {
        if (branch.Else is not { } otherwise || Statements.HasComment(branch.Statement) || Statements.HasComment(otherwise))
            return null;
        var (hit, miss) = pair.IsNegated ? (otherwise.Statement, branch.Statement) : (branch.Statement, otherwise.Statement);
        if (Written(pair, hit) is not { } update || Written(pair, miss) is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var first })
            return null;
        var name = CollectionCheck.NameOf(CollectionCheck.OutArgument(pair.Check)) ?? Current;
        if (IsUsedBeside(pair, name, branch) || Updated(pair, update, name) is not { } updated || MovableValue.Mentions(first, name) || !MovableValue.IsCheap(first))
            return null;
        return Done(pair, branch, branch, first, updated, name);
    }

    // d.TryGetValue(k, out var n); d[k] = n + 1;
    private static Fix? AfterRead(CollectionCheck pair, ExpressionStatementSyntax read)
    {
        if (CollectionCheck.NameOf(CollectionCheck.OutArgument(pair.Check)) is not { } name || pair.ActStatement is not { } act || Statements.After(read) != act)
            return null;
        // A miss reads zero, so that only a sum has an obvious first value.
        if (pair.Value is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression, Left: IdentifierNameSyntax left, Right: var step } sum || left.Identifier.ValueText != name)
            return null;
        if (!MovableValue.IsCheap(step) || MovableValue.Mentions(step, name) || IsUsedBeside(pair, name, read, act))
            return null;
        if (MovableValue.ValueType(pair.Collection, pair.Site.Model) is not { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } || !MovableValue.FitsLambda(sum, pair.Site.Model))
            return null;
        return Done(pair, read, act, step, sum, name);
    }

    // The write of the checked entry that the branch consists of.
    private static ExpressionSyntax? Written(CollectionCheck pair, StatementSyntax branch)
    {
        if (Statements.Only(branch) is not ExpressionStatementSyntax { Expression: { } write })
            return null;
        var target = write switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left,
            PostfixUnaryExpressionSyntax step => step.Operand,
            PrefixUnaryExpressionSyntax step => step.Operand,
            _ => null,
        };
        return target is not null && IsEntry(pair, target) ? write : null;
    }

    private static bool IsEntry(CollectionCheck pair, SyntaxNode node) =>
        node is ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } keys } element
        && element.Expression.IsEquivalentTo(pair.Collection, topLevel: false) && keys[0].Expression.IsEquivalentTo(pair.Key, topLevel: false);

    // The new value as computed from the old one under its name; null when computing it twice could matter.
    private static ExpressionSyntax? Updated(CollectionCheck pair, ExpressionSyntax update, string name)
    {
        var old = SyntaxFactory.IdentifierName(name);
        var right = (update as AssignmentExpressionSyntax)?.Right;
        if (right is not null && !(MovableValue.IsRepeatable(right) && MovableValue.FitsLambda(right, pair.Site.Model)))
            return null;
        var operation = update.Kind() switch
        {
            SyntaxKind.AddAssignmentExpression or SyntaxKind.PostIncrementExpression or SyntaxKind.PreIncrementExpression => SyntaxKind.AddExpression,
            SyntaxKind.SubtractAssignmentExpression or SyntaxKind.PostDecrementExpression or SyntaxKind.PreDecrementExpression => SyntaxKind.SubtractExpression,
            _ => SyntaxKind.None,
        };
        if (operation != SyntaxKind.None)
            return Binary(operation, old, right ?? SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1)));
        if (!update.IsKind(SyntaxKind.SimpleAssignmentExpression))
            return null;
        return right!.ReplaceNodes(right!.DescendantNodesAndSelf().Where(n => IsEntry(pair, n)), (before, _) => old.WithTriviaFrom(before));
    }

    private static BinaryExpressionSyntax Binary(SyntaxKind kind, ExpressionSyntax left, ExpressionSyntax right)
    {
        var sign = SyntaxFactory.Token(kind == SyntaxKind.AddExpression ? SyntaxKind.PlusToken : SyntaxKind.MinusToken);
        var operand = MovableValue.IsCheap(right) && right is not BinaryExpressionSyntax ? right.WithoutTrivia() : SyntaxFactory.ParenthesizedExpression(right.WithoutTrivia());
        return SyntaxFactory.BinaryExpression(kind, left.WithTrailingTrivia(SyntaxFactory.Space), sign.WithTrailingTrivia(SyntaxFactory.Space), operand);
    }

    // The variable goes away, and the name becomes the lambda's.
    private static bool IsUsedBeside(CollectionCheck pair, string name, params StatementSyntax[] replaced)
    {
        var member = pair.Check.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return member is null || member.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == name && !replaced.Any(r => r.Span.Contains(t.Span)));
    }

    private static Fix Done(CollectionCheck pair, StatementSyntax from, StatementSyntax to, ExpressionSyntax first, ExpressionSyntax updated, string name)
    {
        var call = pair.Call("AddOrUpdate", pair.Key, first, CollectionCheck.Factory(updated, "_", name));
        return pair.Site.Rewrite("Write with 'AddOrUpdate'", Statements.Replace(pair.Site.Root, from, to, SyntaxFactory.ExpressionStatement(call)));
    }
}
