using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics;

/// <summary>A write of a member after construction.</summary>
/// <param name="Place">The first such write.</param>
/// <param name="IsReplaced">The member holds another object before, or may be written twice; false for a late first value.</param>
internal sealed record LateWrite(Location Place, bool IsReplaced);

/// <summary>
/// Where a field or auto-property gets a value after its object was built. Asked rarely, about one member of one type, so it
/// reads the declarations of that type; symbols are bound where the model of the asking operation reaches.
/// </summary>
internal static class MemberWrites
{
    /// <summary>
    /// The first write of the member within its type that may give it another object after its owner was built; null when
    /// there is none. A write that happens at most once, by compare-exchange with null, does not count.
    /// </summary>
    public static LateWrite? FirstAfterConstruction(ISymbol member, SemanticModel model, CancellationToken cancellationToken)
    {
        Location? first = null;
        var isReplaced = false;
        foreach (var reference in member.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != member.Name)
                    continue;
                if (!IsWritten(name) || !Names(name, member, model, cancellationToken))
                    continue;
                if (IsDuringConstruction(name, member, cancellationToken))
                {
                    isReplaced = true;
                    continue;
                }
                // Two threads can both find null; inside a lock they cannot.
                isReplaced |= first is not null || (Whole(name).Parent.IsKind(SyntaxKind.CoalesceAssignmentExpression) && !name.Ancestors().Any(a => a is LockStatementSyntax));
                first ??= Whole(name).GetLocation();
            }
        }
        return first is null ? null : new(first, isReplaced || HasInitialiser(member, cancellationToken));
    }

    private static bool HasInitialiser(ISymbol member, CancellationToken cancellationToken)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var value = reference.GetSyntax(cancellationToken) switch
            {
                VariableDeclaratorSyntax variable => variable.Initializer?.Value,
                PropertyDeclarationSyntax property => property.Initializer?.Value,
                _ => null,
            };
            if (value is not null && !IsNull(value))
                return true;
        }
        return false;
    }

    private static bool IsWritten(IdentifierNameSyntax name)
    {
        ExpressionSyntax expression = Whole(name);
        while (expression.Parent is ParenthesizedExpressionSyntax or TupleExpressionSyntax or ArgumentSyntax { Parent: TupleExpressionSyntax })
            expression = expression.Parent as ExpressionSyntax ?? (ExpressionSyntax)expression.Parent.Parent!;
        return expression.Parent switch
        {
            // Null is no other object to hold at the same time.
            AssignmentExpressionSyntax assignment => assignment.Left == expression && !IsNull(assignment.Right) && !IsGivenBack(assignment.Right, name),
            ArgumentSyntax argument => argument.RefKindKeyword.Kind() is SyntaxKind.RefKeyword or SyntaxKind.OutKeyword && !IsOnceOnly(argument),
            RefExpressionSyntax => true,
            _ => false,
        };
    }

    // `var map = _map; Translate(ref map); _map = map;`: what is put back may well be what was taken.
    private static bool IsGivenBack(ExpressionSyntax value, IdentifierNameSyntax name)
    {
        while (value is CastExpressionSyntax or ParenthesizedExpressionSyntax)
            value = value is CastExpressionSyntax cast ? cast.Expression : ((ParenthesizedExpressionSyntax)value).Expression;
        if (value is not IdentifierNameSyntax local || name.FirstAncestorOrSelf<BlockSyntax>(b => b.Parent is MemberDeclarationSyntax or AccessorDeclarationSyntax) is not { } body)
            return false;
        var isTaken = false;
        foreach (var node in body.DescendantNodes())
        {
            if (node is VariableDeclaratorSyntax variable && variable.Identifier.ValueText == local.Identifier.ValueText)
                isTaken = variable.Initializer?.Value.WalkDownParentheses() is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
                    && variable.Initializer.Value.WalkDownParentheses().GetLastToken().ValueText == name.Identifier.ValueText;
            // Given another value by name, it is another object.
            else if (node is AssignmentExpressionSyntax { Left: IdentifierNameSyntax assigned } && assigned.Identifier.ValueText == local.Identifier.ValueText)
                return false;
        }
        return isTaken;
    }

    // The first of two racing threads wins and both go on with its object.
    private static bool IsOnceOnly(ArgumentSyntax argument)
    {
        if (argument.Parent is not ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list)
            return false;
        var name = call.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => null,
        };
        return name == "EnsureInitialized"
            || (name == "CompareExchange" && list.Arguments.Count == 3 && list.Arguments[2].Expression.IsKind(SyntaxKind.NullLiteralExpression));
    }

    private static bool Names(IdentifierNameSyntax name, ISymbol member, SemanticModel model, CancellationToken cancellationToken)
    {
        if (name.SyntaxTree == model.SyntaxTree)
            return model.GetSymbolInfo(name, cancellationToken).Symbol?.OriginalDefinition.Is(member.OriginalDefinition) == true;
        // Another part of a partial type: only `name` and `this.name`, directly in the type, are certainly the member.
        if (Whole(name) is MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax })
            return false;
        return name.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.ValueText == member.ContainingType.Name && !IsShadowed(name);
    }

    private static bool IsShadowed(IdentifierNameSyntax name)
    {
        var declared = name.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        if (name.Parent is MemberAccessExpressionSyntax || declared is null)
            return false;
        foreach (var node in declared.DescendantNodes())
        {
            var identifier = node switch
            {
                ParameterSyntax parameter => parameter.Identifier,
                VariableDeclaratorSyntax variable => variable.Identifier,
                SingleVariableDesignationSyntax designation => designation.Identifier,
                ForEachStatementSyntax loop => loop.Identifier,
                _ => default,
            };
            if (identifier.ValueText == name.Identifier.ValueText)
                return true;
        }
        return false;
    }

    private static bool IsDuringConstruction(SyntaxNode node, ISymbol member, CancellationToken cancellationToken)
    {
        foreach (var ancestor in node.Ancestors())
        {
            switch (ancestor)
            {
                // A lambda runs later, whoever created it.
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax:
                    return false;
                case ConstructorDeclarationSyntax constructor:
                    return constructor.Modifiers.Any(SyntaxKind.StaticKeyword) == member.IsStatic;
                case AccessorDeclarationSyntax accessor:
                    return accessor.IsKind(SyntaxKind.InitAccessorDeclaration);
                case MethodDeclarationSyntax method:
                    return IsPartOfConstruction(method, member, cancellationToken);
                case MemberDeclarationSyntax:
                    return false;
            }
        }
        return false;
    }

    // A private method that only constructors name, as InitializeComponent is.
    private static bool IsPartOfConstruction(MethodDeclarationSyntax method, ISymbol member, CancellationToken cancellationToken)
    {
        if (method.Modifiers.Any(m => m.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword))
            return false;
        var isNamed = false;
        foreach (var reference in member.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != method.Identifier.ValueText)
                    continue;
                isNamed = true;
                if (name.Ancestors().FirstOrDefault(a => a is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax) is not ConstructorDeclarationSyntax)
                    return false;
            }
        }
        return isNamed;
    }

    private static bool IsNull(ExpressionSyntax value)
    {
        value = value.WalkDownParentheses();
        while (value is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed)
            value = suppressed.Operand.WalkDownParentheses();
        return value.Kind() is SyntaxKind.NullLiteralExpression or SyntaxKind.DefaultLiteralExpression;
    }

    private static ExpressionSyntax Whole(IdentifierNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
}
