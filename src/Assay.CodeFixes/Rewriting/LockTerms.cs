using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>A place that locks on something: the expression, and whether a Monitor call names it.</summary>
internal sealed record LockUse(ExpressionSyntax Target, bool IsMonitorCall);

/// <summary>What a weak lock locks on, so that all locks on the same object are found and replaced together.</summary>
internal sealed class LockTerm(string kind, INamedTypeSymbol owner, ISymbol? symbol, object? constant, bool isStatic)
{
    public INamedTypeSymbol Owner => owner;

    public bool IsStatic => isStatic;

    /// <summary>The term of a target; null when no gate of the type around it can stand for the same object.</summary>
    public static LockTerm? Of(string kind, ExpressionSyntax target, SemanticModel model, CancellationToken cancellationToken)
    {
        var around = model.GetEnclosingSymbol(target.SpanStart, cancellationToken);
        if (around?.ContainingType is not { TypeKind: TypeKind.Class, IsRecord: false } owner)
            return null;
        var symbol = model.GetSymbolInfo(Bare(target), cancellationToken).Symbol;
        var isStatic = IsInStaticMember(around);
        return kind switch
        {
            LockWeakness.This => new(kind, owner, owner, null, false),
            LockWeakness.TypeOf => IsTypeOf(target, owner, model) ? new(kind, owner, owner, null, true) : null,
            // A string field may be a key of its own for each instance; only a constant is one object for all.
            LockWeakness.Text => model.GetConstantValue(Bare(target), cancellationToken) is { HasValue: true, Value: { } text } ? new(kind, owner, null, text, true) : null,
            LockWeakness.Fresh => new(kind, owner, null, null, isStatic),
            LockWeakness.OwnLocal => symbol is ILocalSymbol ? new(kind, owner, symbol, null, isStatic) : null,
            LockWeakness.Reassigned => symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsReadOnly: false } && owner.Is(symbol.ContainingType)
                ? new(kind, owner, symbol, null, symbol.IsStatic)
                : null,
            _ => null,
        };
    }

    /// <summary>Whether a target in the owner's declaration is this term.</summary>
    public bool Is(ExpressionSyntax target, SemanticModel model)
    {
        var bare = Bare(target);
        return kind switch
        {
            LockWeakness.This => bare is ThisExpressionSyntax,
            LockWeakness.TypeOf => IsTypeOf(target, owner, model),
            LockWeakness.Text => model.GetConstantValue(bare) is { HasValue: true } value && Equals(value.Value, constant),
            LockWeakness.Fresh => bare is BaseObjectCreationExpressionSyntax && IsInStaticMember(model.GetEnclosingSymbol(target.SpanStart)) == isStatic,
            _ => model.GetSymbolInfo(bare).Symbol.Is(symbol),
        };
    }

    /// <summary>Whether a target elsewhere may lock the same object.</summary>
    public bool MayBeSharedBy(ExpressionSyntax target, SemanticModel model)
    {
        if (kind != LockWeakness.This)
            return kind is not (LockWeakness.Fresh or LockWeakness.OwnLocal) && Is(target, model);
        for (var type = model.GetTypeInfo(Bare(target)).Type; type is not null; type = type.BaseType)
        {
            if (type.OriginalDefinition.Is(owner.OriginalDefinition))
                return true;
        }
        var locked = model.GetTypeInfo(Bare(target)).Type;
        return locked is INamedTypeSymbol { TypeKind: TypeKind.Class, SpecialType: not SpecialType.System_Object } named && owner.IsOrInherits(named.OriginalDefinition);
    }

    /// <summary>The lock targets below a node: of lock statements, and the first arguments of Monitor calls.</summary>
    public static IEnumerable<LockUse> UsesIn(SyntaxNode node)
    {
        foreach (var descendant in node.DescendantNodes())
        {
            switch (descendant)
            {
                case LockStatementSyntax @lock:
                    yield return new(@lock.Expression, false);
                    break;
                case InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments, Expression: MemberAccessExpressionSyntax { Expression: var receiver } }
                    when receiver is SimpleNameSyntax { Identifier.ValueText: "Monitor" } or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Monitor" }:
                    yield return new(arguments[0].Expression, true);
                    break;
            }
        }
    }

    private static ExpressionSyntax Bare(ExpressionSyntax target)
    {
        while (true)
        {
            switch (target)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    target = parenthesized.Expression;
                    break;
                case CastExpressionSyntax cast:
                    target = cast.Expression;
                    break;
                case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed:
                    target = suppressed.Operand;
                    break;
                default:
                    return target;
            }
        }
    }

    private static bool IsTypeOf(ExpressionSyntax target, INamedTypeSymbol owner, SemanticModel model) =>
        Bare(target) is TypeOfExpressionSyntax { Type: { } type } && model.GetTypeInfo(type).Type.Is(owner);

    private static bool IsInStaticMember(ISymbol? symbol)
    {
        for (; symbol is not null and not INamedTypeSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.ContainingSymbol is INamedTypeSymbol)
                return symbol.IsStatic;
        }
        return false;
    }
}
