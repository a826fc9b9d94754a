using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Bodies;

/// <summary>Asks of which types members with certain names are used, without making operations.</summary>
internal static class Receivers
{
    /// <summary>
    /// Whether one of the words may be a member of a type that is wanted. True too where the receiver is not written or does not
    /// bind, for this decides only whether a closer look is worth its price.
    /// </summary>
    public static bool AnyOf(MemberBody body, Words words, Func<ITypeSymbol, bool> isWanted, CancellationToken cancellationToken)
    {
        var index = WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken);
        for (var at = index.Find(words, body.Span, after: -1); at >= 0; at = index.Find(words, body.Span, at))
        {
            var token = body.Syntax.FindToken(at);
            // In comments and strings the word means nothing; an identifier may begin with an @.
            if (token.SpanStart != at && token.SpanStart != at - 1 || token.Parent is not SimpleNameSyntax name)
                continue;
            if (Of(name) is not { } receiver || IsWanted(receiver, body.Model, isWanted, cancellationToken))
                return true;
        }
        return false;
    }

    /// <summary>Whether the value, or what it was cast from, is of a wanted type.</summary>
    public static bool IsWanted(ExpressionSyntax value, SemanticModel model, Func<ITypeSymbol, bool> isWanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (model.GetTypeInfo(value, cancellationToken).Type is not { TypeKind: not (TypeKind.Error or TypeKind.TypeParameter), IsStatic: false } type || isWanted(type))
                return true;
            switch (value)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    value = parenthesized.Expression;
                    break;
                case CastExpressionSyntax cast:
                    value = cast.Expression;
                    break;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression } cast:
                    value = cast.Left;
                    break;
                case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } forgiven:
                    value = forgiven.Operand;
                    break;
                default:
                    return false;
            }
        }
    }

    private static ExpressionSyntax? Of(SimpleNameSyntax name)
    {
        switch (name.Parent)
        {
            case MemberAccessExpressionSyntax access when access.Name == name:
                return access.Expression;
            case MemberBindingExpressionSyntax binding:
                for (var around = binding.Parent; around is ExpressionSyntax; around = around.Parent)
                {
                    if (around is ConditionalAccessExpressionSyntax conditional && conditional.WhenNotNull.Span.Contains(binding.Span))
                        return conditional.Expression;
                }
                return null;
            default:
                return null;
        }
    }
}
