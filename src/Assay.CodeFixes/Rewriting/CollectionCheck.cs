using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// A check and an act on a concurrent collection as they stand in the text, for the fixes that make one call of the two.
/// </summary>
internal sealed class CollectionCheck
{
    private CollectionCheck(FixSite site, ExpressionSyntax act, ExpressionSyntax check)
    {
        Site = site;
        Act = act;
        Check = check;
        Condition = check;
        while (Condition.Parent is ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression })
        {
            Condition = (ExpressionSyntax)Condition.Parent;
            IsNegated ^= Condition is PrefixUnaryExpressionSyntax;
        }
    }

    public FixSite Site { get; }

    /// <summary>The act: a call, an assignment, a step, or an indexer that is read.</summary>
    public ExpressionSyntax Act { get; }

    /// <summary>The question: a call, or a comparison of Count.</summary>
    public ExpressionSyntax Check { get; }

    /// <summary>The question with its parentheses and negations.</summary>
    public ExpressionSyntax Condition { get; }

    public bool IsNegated { get; }

    /// <summary>The collection and the key as the act writes them.</summary>
    public ExpressionSyntax Collection => Act switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        _ => Element!.Expression,
    };

    public ExpressionSyntax Key => Element is { } element ? element.ArgumentList.Arguments[0].Expression : ((InvocationExpressionSyntax)Act).ArgumentList.Arguments[0].Expression;

    /// <summary>The value that the act puts under the key; null when it is computed from the old one or there is none.</summary>
    public ExpressionSyntax? Value => Act switch
    {
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment => assignment.Right,
        InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } when ActName == "TryAdd" => arguments[1].Expression,
        _ => null,
    };

    public string? ActName => NameOf(Act);

    public string? CheckName => NameOf(Check);

    /// <summary>The statement that is nothing but the act; null when the act's result is used.</summary>
    public ExpressionStatementSyntax? ActStatement => Act.Parent switch
    {
        ExpressionStatementSyntax statement => statement,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax statement } when Act is InvocationExpressionSyntax => statement,
        _ => null,
    };

    private ElementAccessExpressionSyntax? Element => Act switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left as ElementAccessExpressionSyntax,
        PostfixUnaryExpressionSyntax step => step.Operand as ElementAccessExpressionSyntax,
        PrefixUnaryExpressionSyntax step => step.Operand as ElementAccessExpressionSyntax,
        _ => Act as ElementAccessExpressionSyntax,
    };

    /// <summary>The finding as check and act; null for forms that no fix knows: conditional accesses, casts, extension calls by name.</summary>
    public static CollectionCheck? Of(FixSite site)
    {
        if (site.Node is not ExpressionSyntax act || site.Related.Length != 1 || site.Related[0] is not ExpressionSyntax check)
            return null;
        if (check.Parent is BinaryExpressionSyntax comparison && comparison.Right.IsKind(SyntaxKind.NumericLiteralExpression) && IsNotEmpty(comparison))
            check = comparison;
        var result = new CollectionCheck(site, act, check);
        if (result.Element is null && act is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax })
            return null;
        if (result.Element is null && ((InvocationExpressionSyntax)act).ArgumentList.Arguments.Count == 0)
            return null;
        var owner = Unwrapped(result.Collection);
        return owner is CastExpressionSyntax || act.Ancestors().Any(a => a is ConditionalAccessExpressionSyntax c && c.WhenNotNull.Contains(act)) ? null : result;
    }

    /// <summary><c>d.Name(arguments)</c> on the collection of the act.</summary>
    public InvocationExpressionSyntax Call(string method, params ExpressionSyntax[] arguments) =>
        SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Collection.WithoutTrivia(), SyntaxFactory.IdentifierName(method)),
            SyntaxFactory.ArgumentList([.. arguments.Select(a => SyntaxFactory.Argument(a.WithoutTrivia()))]).WithSeparatorSpaces());

    /// <summary><c>_ => value</c>.</summary>
    public static ExpressionSyntax Factory(ExpressionSyntax value, params string[] parameters)
    {
        var arrow = SyntaxFactory.Token(SyntaxKind.EqualsGreaterThanToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space);
        if (parameters.Length == 1)
            return SyntaxFactory.SimpleLambdaExpression(SyntaxFactory.Parameter(SyntaxFactory.Identifier(parameters[0])), value.WithoutTrivia()).WithArrowToken(arrow);
        var list = SyntaxFactory.SeparatedList(parameters.Select(p => SyntaxFactory.Parameter(SyntaxFactory.Identifier(p))),
            parameters.Skip(1).Select(_ => SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space)));
        return SyntaxFactory.ParenthesizedLambdaExpression(SyntaxFactory.ParameterList(list), value.WithoutTrivia()).WithArrowToken(arrow);
    }

    /// <summary>The argument that receives the checked or taken value, as <c>out var x</c>; null when there is none.</summary>
    public static ArgumentSyntax? OutArgument(ExpressionSyntax call) =>
        (call as InvocationExpressionSyntax)?.ArgumentList.Arguments.FirstOrDefault(a => a.RefKindKeyword.IsKind(SyntaxKind.OutKeyword));

    /// <summary>The name of the variable that the argument declares or writes; null for a discard.</summary>
    public static string? NameOf(ArgumentSyntax? argument) => argument?.Expression switch
    {
        DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax designation } => designation.Identifier.ValueText,
        IdentifierNameSyntax { Identifier.ValueText: not "_" } name => name.Identifier.ValueText,
        _ => null,
    };

    public static bool IsDiscard(ArgumentSyntax? argument) => argument?.Expression is
        DeclarationExpressionSyntax { Designation: DiscardDesignationSyntax } or IdentifierNameSyntax { Identifier.ValueText: "_" };

    public static ExpressionSyntax Unwrapped(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized)
            expression = parenthesized.Expression;
        return expression;
    }

    private static bool IsNotEmpty(BinaryExpressionSyntax comparison) =>
        (comparison.Kind(), comparison.Right.ToString()) is (SyntaxKind.GreaterThanExpression or SyntaxKind.NotEqualsExpression, "0") or (SyntaxKind.GreaterThanOrEqualExpression, "1");

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
