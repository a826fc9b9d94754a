using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Private static collections of things that do not change, filled where they are made and only read afterwards: threads that
/// meet at them do each other no harm. Told by their text, so that the code of a type with such tables need not be bound.
/// </summary>
internal static class FixedTables
{
    public static bool Is(IFieldSymbol field, Compilation compilation, CancellationToken cancellationToken)
    {
        if (field is not { IsStatic: true, IsReadOnly: true, IsImplicitlyDeclared: false, DeclaredAccessibility: Accessibility.Private } || !HoldsFixedThings(field.Type, compilation))
            return false;
        foreach (var part in field.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (var use in Mentions.Of(field.Name, part.SyntaxTree, cancellationToken))
            {
                if (!IsRead(use))
                    return false;
            }
        }
        return true;
    }

    // What the elements do is not seen here; those of the project's own types may change.
    private static bool HoldsFixedThings(ITypeSymbol type, Compilation compilation)
    {
        if (type is IArrayTypeSymbol array)
            return IsFixed(array.ElementType, compilation);
        if (type is not INamedTypeSymbol { TypeArguments.Length: > 0 } generic)
            return false;
        foreach (var argument in generic.TypeArguments)
        {
            if (!IsFixed(argument, compilation))
                return false;
        }
        return true;
    }

    private static bool IsFixed(ITypeSymbol element, Compilation compilation) =>
        element.TypeKind is TypeKind.Enum or TypeKind.Delegate
        || element is INamedTypeSymbol { TypeArguments.Length: 0 } && !element.ContainingAssembly.Is(compilation.Assembly) && !AccessShapes.IsCollection(element) && !NotThreadSafe.Is(element);

    private static bool IsRead(SimpleNameSyntax use)
    {
        ExpressionSyntax field = use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : use;
        return field.Parent switch
        {
            // The language allows it in the constructor of the type alone.
            AssignmentExpressionSyntax assignment => assignment.Left == field,
            CommonForEachStatementSyntax loop => loop.Expression == field,
            MemberAccessExpressionSyntax member => member.Expression == field
                && member.Name.Identifier.ValueText is "Length" or "Count" or "Contains" or "ContainsKey" or "ContainsValue" or "TryGetValue" or "GetValueOrDefault" or "IndexOf" or "Keys" or "Values",
            ElementAccessExpressionSyntax element => element.Expression == field && !IsWritten(element),
            _ => false,
        };
    }

    private static bool IsWritten(ElementAccessExpressionSyntax element) => element.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == element,
        PrefixUnaryExpressionSyntax prefix => prefix.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.AddressOfExpression,
        PostfixUnaryExpressionSyntax postfix => postfix.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression,
        ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None) || argument.Parent is TupleExpressionSyntax,
        RefExpressionSyntax => true,
        _ => false,
    };
}
