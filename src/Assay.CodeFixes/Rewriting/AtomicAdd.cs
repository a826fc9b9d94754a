using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Makes one TryAdd or GetOrAdd of a ContainsKey and the add after it.</summary>
internal static class AtomicAdd
{
    public static Fix? Propose(CollectionCheck pair)
    {
        if (pair.CheckName != "ContainsKey" || pair.ActStatement is not { } act || pair.Value is not { } value)
            return null;
        if (pair.Condition.Parent is not IfStatementSyntax branch || branch.Condition != pair.Condition)
            return null;
        return pair.IsNegated ? InBranch(pair, branch, act, value) : AfterExit(pair, branch, act, value);
    }

    // if (!d.ContainsKey(k)) { d[k] = v; … }
    private static Fix? InBranch(CollectionCheck pair, IfStatementSyntax branch, StatementSyntax act, ExpressionSyntax value)
    {
        if (Statements.First(branch.Statement) != act)
            return null;
        var isDroppable = MovableValue.IsDroppable(value, pair.Site.Model);
        if (Statements.Only(branch.Statement) == act && branch.Else is null)
            return Alone(pair, branch, value, isDroppable);
        if (!isDroppable)
            return null;
        var tryAdd = pair.Call("TryAdd", pair.Key, value);
        if (Statements.Only(branch.Statement) == act)
        {
            var refused = branch
                .WithCondition(Not(tryAdd))
                .WithStatement(branch.Else!.Statement)
                .WithElse(null);
            return Statements.HasComment(branch.Statement) ? null : Done(pair, "TryAdd", branch, branch, refused);
        }
        return Done(pair, "TryAdd", branch, branch, branch.WithCondition(tryAdd).WithStatement(Statements.WithoutFirst((BlockSyntax)branch.Statement)));
    }

    private static Fix? Alone(CollectionCheck pair, IfStatementSyntax branch, ExpressionSyntax value, bool isDroppable)
    {
        if (Statements.HasComment(branch.Statement))
            return null;
        // if (!d.ContainsKey(k)) d[k] = v;  return d[k];
        if (Statements.After(branch) is { } next && ReadOf(next, pair) is { } read && GetOrAdd(pair, value) is { } gotten)
            return Done(pair, "GetOrAdd", branch, next, next.ReplaceNode(read, gotten));
        if (isDroppable)
            return Done(pair, "TryAdd", branch, branch, SyntaxFactory.ExpressionStatement(pair.Call("TryAdd", pair.Key, value)));
        return GetOrAdd(pair, value) is { } added ? Done(pair, "GetOrAdd", branch, branch, SyntaxFactory.ExpressionStatement(added)) : null;
    }

    // if (d.ContainsKey(k)) return; d[k] = v;
    private static Fix? AfterExit(CollectionCheck pair, IfStatementSyntax branch, StatementSyntax act, ExpressionSyntax value)
    {
        if (branch.Else is not null || Statements.After(branch) != act || !MovableValue.IsDroppable(value, pair.Site.Model))
            return null;
        if (Statements.Only(branch.Statement) is not (ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax))
            return null;
        return Done(pair, "TryAdd", branch, act, branch.WithCondition(Not(pair.Call("TryAdd", pair.Key, value))));
    }

    /// <summary><c>d.GetOrAdd(k, v)</c>, with a factory unless the value is cheap; null when a factory would mean something else.</summary>
    public static ExpressionSyntax? GetOrAdd(CollectionCheck pair, ExpressionSyntax value)
    {
        if (MovableValue.HoldsDelegates(pair.Collection, pair.Site.Model) || value.IsKind(SyntaxKind.NullLiteralExpression))
            return null;
        if (MovableValue.IsCheap(value))
            return pair.Call("GetOrAdd", pair.Key, value);
        return MovableValue.FitsLambda(value, pair.Site.Model) ? pair.Call("GetOrAdd", pair.Key, CollectionCheck.Factory(value, "_")) : null;
    }

    // The `d[k]` that a return or a declaration reads.
    private static ExpressionSyntax? ReadOf(StatementSyntax statement, CollectionCheck pair)
    {
        var value = statement switch
        {
            ReturnStatementSyntax returned => returned.Expression,
            LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0, Declaration.Variables: { Count: 1 } variables } => variables[0].Initializer?.Value,
            _ => null,
        };
        return value is ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } keys } element
            && element.Expression.IsEquivalentTo(pair.Collection, topLevel: false) && keys[0].Expression.IsEquivalentTo(pair.Key, topLevel: false) ? element : null;
    }

    private static PrefixUnaryExpressionSyntax Not(ExpressionSyntax call) =>
        SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, call);

    private static Fix Done(CollectionCheck pair, string call, StatementSyntax first, StatementSyntax last, StatementSyntax replacement) =>
        pair.Site.Rewrite($"Add with '{call}'", Statements.Replace(pair.Site.Root, first, last, replacement));
}
