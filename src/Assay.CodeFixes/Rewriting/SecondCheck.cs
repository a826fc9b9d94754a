using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Asks inside a lock once more what was asked before it.</summary>
internal static class SecondCheck
{
    private const string Title = "Check again inside the lock";

    /// <summary>The fix for a write under a lock that the first related node checked before; null when the check cannot stand again.</summary>
    public static Fix? Propose(FixSite site)
    {
        if (site.Related.IsEmpty || site.Node is not ExpressionSyntax target)
            return null;
        var tested = site.Related[0];
        if (tested.FirstAncestorOrSelf<IfStatementSyntax>() is not { } outer || !outer.Condition.Span.Contains(tested.Span) || !CanStandAgain(outer.Condition))
            return null;
        // A local keeps what it read before the lock.
        if (!site.Model.GetSymbolInfo(tested).Symbol.Is(site.Model.GetSymbolInfo(target).Symbol))
            return null;
        if (RegionOf(target, outer) is not { } region)
            return null;
        if (!outer.Statement.Span.Contains(region.Span))
            return LeavesEarly(outer, region) ? site.Replace(Title, region, Begin(region, outer)) : null;
        return Coalesced(site, target, outer, region) ?? site.Replace(Title, region, Wrapped(region, outer.Condition));
    }

    // The statement that runs under the lock: the body of the lock, or of the try after an acquire.
    private static StatementSyntax? RegionOf(ExpressionSyntax target, IfStatementSyntax outer)
    {
        foreach (var ancestor in target.Ancestors())
        {
            switch (ancestor)
            {
                case LockStatementSyntax @lock when !@lock.Span.Contains(outer.Span):
                    return @lock.Statement;
                case TryStatementSyntax { Finally: not null } attempt when !attempt.Span.Contains(outer.Span):
                    return attempt.Block;
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax:
                    return null;
            }
        }
        return null;
    }

    private static bool CanStandAgain(ExpressionSyntax condition) =>
        !condition.DescendantNodesAndSelf().Any(n => n is DeclarationExpressionSyntax or VariableDesignationSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression });

    private static bool LeavesEarly(IfStatementSyntax outer, StatementSyntax region) =>
        outer.Else is null && outer.Parent!.Span.Contains(region.Span) && Statements.First(outer.Statement) is ReturnStatementSyntax or ThrowStatementSyntax
        && Statements.Only(outer.Statement) is not null;

    private static BlockSyntax Begin(StatementSyntax region, IfStatementSyntax outer)
    {
        var again = outer.WithoutTrivia().WithTrailingTrivia(outer.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        return region is BlockSyntax block
            ? block.WithStatements(block.Statements.Insert(0, again)).WithAdditionalAnnotations(Formatter.Annotation)
            : SyntaxFactory.Block(again, region.WithAdditionalAnnotations(Formatter.Annotation)).WithTriviaFrom(region).WithAdditionalAnnotations(Formatter.Annotation);
    }

    // `_x = new X();` alone under a null check becomes `_x ??= new X();`
    private static Fix? Coalesced(FixSite site, ExpressionSyntax target, IfStatementSyntax outer, StatementSyntax region)
    {
        if (((CSharpParseOptions)site.Root.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp8 || !IsNullTest(outer.Condition))
            return null;
        if (Statements.Only(region) is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment } || assignment.Left != target)
            return null;
        var coalescing = SyntaxFactory.AssignmentExpression(
            SyntaxKind.CoalesceAssignmentExpression,
            assignment.Left,
            SyntaxFactory.Token(SyntaxKind.QuestionQuestionEqualsToken).WithTriviaFrom(assignment.OperatorToken),
            assignment.Right);
        return site.Replace(Title, assignment, coalescing);
    }

    private static bool IsNullTest(ExpressionSyntax condition) => condition switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } pair => IsNull(pair.Left) || IsNull(pair.Right),
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression: var value } } => IsNull(value),
        _ => false,
    };

    private static bool IsNull(ExpressionSyntax value) => value.IsKind(SyntaxKind.NullLiteralExpression);

    private static BlockSyntax Wrapped(StatementSyntax region, ExpressionSyntax condition)
    {
        var body = region as BlockSyntax ?? SyntaxFactory.Block(region);
        var inner = SyntaxFactory.IfStatement(condition.WithoutTrivia(), SyntaxFactory.Block(body.Statements)).WithAdditionalAnnotations(Formatter.Annotation);
        return body.WithStatements([inner]).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
