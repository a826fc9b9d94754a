using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Makes one GetOrAdd of a TryGetValue and the add when it misses.</summary>
internal static class AtomicGetOrAdd
{
    private const string Title = "Get or add with 'GetOrAdd'";

    public static Fix? Propose(CollectionCheck pair)
    {
        if (pair.CheckName != "TryGetValue" || CollectionCheck.OutArgument(pair.Check) is not { } found || CollectionCheck.NameOf(found) is not { } name || pair.Value is not { } value)
            return null;
        return pair.Condition.Parent switch
        {
            ConditionalExpressionSyntax choice when choice.Condition == pair.Condition => InExpression(pair, choice, name, value),
            IfStatementSyntax { Else: null } branch when branch.Condition == pair.Condition =>
                pair.IsNegated ? OnMiss(pair, branch, found, name, value) : AfterHit(pair, branch, name, value),
            _ => null,
        };
    }

    // d.TryGetValue(k, out var v) ? v : d[k] = Make()
    private static Fix? InExpression(CollectionCheck pair, ConditionalExpressionSyntax choice, string name, ExpressionSyntax value)
    {
        var (hit, miss) = pair.IsNegated ? (choice.WhenFalse, choice.WhenTrue) : (choice.WhenTrue, choice.WhenFalse);
        if (CollectionCheck.Unwrapped(miss) != pair.Act || !IsName(hit, name) || MovableValue.Mentions(value, name))
            return null;
        return AtomicAdd.GetOrAdd(pair, value) is { } gotten ? pair.Site.Replace(Title, choice, gotten.WithTriviaFrom(choice)) : null;
    }

    // if (!d.TryGetValue(k, out var v)) { v = Make(); d[k] = v; }
    private static Fix? OnMiss(CollectionCheck pair, IfStatementSyntax branch, ArgumentSyntax found, string name, ExpressionSyntax value)
    {
        if (pair.ActStatement is not { } act || Made(pair, branch.Statement, act, name, value) is not { } made || Statements.HasComment(branch.Statement))
            return null;
        if (MovableValue.Mentions(made, name) || AtomicAdd.GetOrAdd(pair, made) is not { } gotten)
            return null;
        var declared = (found.Expression as DeclarationExpressionSyntax)?.Type;
        if (declared is not null && Statements.After(branch) is ReturnStatementSyntax { Expression: { } result } returned && IsName(result, name))
            return Done(pair, branch, returned, returned.WithExpression(gotten));
        if (Statements.Beside(branch).Count == 0)
            return null;
        StatementSyntax got = declared is null
            ? SyntaxFactory.ExpressionStatement(Assign(name, gotten))
            : SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                declared.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space),
                [SyntaxFactory.VariableDeclarator(name).WithInitializer(SyntaxFactory.EqualsValueClause(EqualsSign, gotten)).WithIdentifier(SyntaxFactory.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space))]));
        return Done(pair, branch, branch, got);
    }

    // if (d.TryGetValue(k, out var v)) return v; v = Make(); d[k] = v; return v;
    private static Fix? AfterHit(CollectionCheck pair, IfStatementSyntax branch, string name, ExpressionSyntax value)
    {
        if (Statements.Only(branch.Statement) is not ReturnStatementSyntax { Expression: { } hit } || !IsName(hit, name))
            return null;
        // return d[k] = Make();
        if (Statements.After(branch) is ReturnStatementSyntax { Expression: { } direct } only && CollectionCheck.Unwrapped(direct) == pair.Act)
            return Returned(pair, branch, only, value, name);
        if (pair.ActStatement is not { } act || Statements.After(act) is not ReturnStatementSyntax { Expression: IdentifierNameSyntax result } last)
            return null;
        var made = result.Identifier.ValueText;
        if (Statements.After(branch) == act)
            return value is AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } chained && left.Identifier.ValueText == made ? Returned(pair, branch, last, chained.Right, name) : null;
        var making = Statements.After(branch);
        if (making is null || Statements.After(making) != act || !IsName(value, made))
            return null;
        return making switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment } when IsName(assignment.Left, made) && made == name =>
                Returned(pair, branch, last, assignment.Right, name),
            LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0, Declaration.Variables: { Count: 1 } variables } when variables[0].Identifier.ValueText == made && variables[0].Initializer is { } initial =>
                Returned(pair, branch, last, initial.Value, name),
            _ => null,
        };
    }

    private static Fix? Returned(CollectionCheck pair, StatementSyntax first, ReturnStatementSyntax last, ExpressionSyntax made, string name) =>
        !MovableValue.Mentions(made, name) && !Statements.HasComment(first) && AtomicAdd.GetOrAdd(pair, made) is { } gotten
            ? Done(pair, first, last, last.WithExpression(gotten))
            : null;

    // What the branch makes and adds, when it does nothing else.
    private static ExpressionSyntax? Made(CollectionCheck pair, StatementSyntax branch, StatementSyntax act, string name, ExpressionSyntax value)
    {
        if (Statements.Only(branch) == act)
            return value is AssignmentExpressionSyntax chained && IsName(chained.Left, name) ? chained.Right : null;
        if (branch is not BlockSyntax { Statements: { Count: 2 } statements } || statements[1] != act || !IsName(value, name))
            return null;
        return statements[0] is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment } && IsName(assignment.Left, name)
            ? assignment.Right
            : null;
    }

    private static bool IsName(ExpressionSyntax expression, string name) =>
        CollectionCheck.Unwrapped(expression) is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name;

    private static AssignmentExpressionSyntax Assign(string name, ExpressionSyntax value) =>
        SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(name).WithTrailingTrivia(SyntaxFactory.Space), EqualsSign, value);

    private static SyntaxToken EqualsSign => SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space);

    private static Fix Done(CollectionCheck pair, StatementSyntax first, StatementSyntax last, StatementSyntax replacement) =>
        pair.Site.Rewrite(Title, Statements.Replace(pair.Site.Root, first, last, replacement));
}
