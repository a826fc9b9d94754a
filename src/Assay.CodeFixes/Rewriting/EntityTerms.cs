using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Says expressions over a loaded entity in terms of the row that a database looks at.</summary>
internal sealed class EntityTerms(string entity, string parameter, SemanticModel model)
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private bool _readsWritten;

    public string Parameter => parameter;

    /// <summary>Whether an expression read a property after it was written.</summary>
    public bool HasWritten => _readsWritten;

    public void NoteWritten(string property) => _written.Add(property);

    /// <summary>The value as an argument: a lambda where it reads the row, itself where it does not; null when the database could not compute it.</summary>
    public string? Value(ExpressionSyntax value)
    {
        if (Said(value) is not { } text)
            return null;
        return value.DescendantNodesAndSelf().Any(IsEntity) ? $"{parameter} => {text}" : text;
    }

    public string? Computed(MemberAccessExpressionSyntax property, string sign, ExpressionSyntax change) =>
        Said(property) is { } left && Said(change) is { } right ? $"{parameter} => {left} {sign} {(change is BinaryExpressionSyntax or ConditionalExpressionSyntax ? $"({right})" : right)}" : null;

    public string? Stepped(MemberAccessExpressionSyntax property, SyntaxToken sign) => sign.Kind() switch
    {
        SyntaxKind.PlusPlusToken when Said(property) is { } text => $"{parameter} => {text} + 1",
        SyntaxKind.MinusMinusToken when Said(property) is { } text => $"{parameter} => {text} - 1",
        _ => null,
    };

    /// <summary>The opposite of a comparison; null when it is none that the database could make.</summary>
    public string? Negated(ExpressionSyntax condition)
    {
        while (condition is ParenthesizedExpressionSyntax parenthesized)
            condition = parenthesized.Expression;
        switch (condition)
        {
            case BinaryExpressionSyntax compared when Opposite(compared.Kind()) is { } sign:
                // Neither a comparison with null nor its opposite is true.
                if (sign is not ("==" or "!=") && (IsNullable(compared.Left) || IsNullable(compared.Right)))
                    return null;
                return Said(compared.Left) is { } left && Said(compared.Right) is { } right ? $"{left} {sign} {right}" : null;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: MemberAccessExpressionSyntax flag }:
                return Said(flag);
            case MemberAccessExpressionSyntax flag:
                return Said(flag) is { } text ? "!" + text : null;
            case IsPatternExpressionSyntax { Expression: MemberAccessExpressionSyntax value, Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } }:
                return Said(value) is { } present ? present + " != null" : null;
            case IsPatternExpressionSyntax { Expression: MemberAccessExpressionSyntax value, Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } }:
                return Said(value) is { } absent ? absent + " == null" : null;
            default:
                return null;
        }
    }

    private static string? Opposite(SyntaxKind comparison) => comparison switch
    {
        SyntaxKind.LessThanExpression => ">=",
        SyntaxKind.LessThanOrEqualExpression => ">",
        SyntaxKind.GreaterThanExpression => "<=",
        SyntaxKind.GreaterThanOrEqualExpression => "<",
        SyntaxKind.EqualsExpression => "!=",
        SyntaxKind.NotEqualsExpression => "==",
        _ => null,
    };

    private bool IsNullable(ExpressionSyntax value) =>
        model.GetTypeInfo(value).Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } or { IsReferenceType: true };

    // Names, literals, members and arithmetic are all that surely means the same there.
    private string? Said(ExpressionSyntax value)
    {
        foreach (var node in value.DescendantNodesAndSelf())
        {
            if (node is not (IdentifierNameSyntax or LiteralExpressionSyntax or MemberAccessExpressionSyntax or BinaryExpressionSyntax or ParenthesizedExpressionSyntax
                or PredefinedTypeSyntax or CastExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } or ThisExpressionSyntax))
            {
                return null;
            }
            if (node is IdentifierNameSyntax name && name.Identifier.ValueText == parameter && parameter != entity && !IsMemberName(name) || node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression or (int)SyntaxKind.AsExpression or (int)SyntaxKind.IsExpression })
                return null;
            if (IsEntity(node) && !IsOwnMember(node))
                return null;
        }
        return value.ReplaceNodes(value.DescendantNodesAndSelf().Where(IsEntity), (_, node) => SyntaxFactory.IdentifierName(parameter).WithTriviaFrom(node)).WithoutTrivia().ToString();
    }

    private static bool IsMemberName(IdentifierNameSyntax name) => name.Parent is MemberAccessExpressionSyntax access && access.Name == name;

    private bool IsEntity(SyntaxNode node) =>
        node is IdentifierNameSyntax name && name.Identifier.ValueText == entity && !IsMemberName(name);

    private bool IsOwnMember(SyntaxNode node)
    {
        if (node.Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: var property } access || access.Expression != node)
            return false;
        _readsWritten |= _written.Contains(property);
        return true;
    }
}
