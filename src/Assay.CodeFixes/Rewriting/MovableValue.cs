using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Whether an expression may be evaluated at another time than the code says: always, or inside a lambda.</summary>
internal static class MovableValue
{
    /// <summary>Reads of variables, constants, and operators over them: evaluating it for nothing costs and does nothing.</summary>
    public static bool IsCheap(ExpressionSyntax value) => value switch
    {
        LiteralExpressionSyntax or IdentifierNameSyntax or ThisExpressionSyntax or TypeOfExpressionSyntax or DefaultExpressionSyntax or PredefinedTypeSyntax => true,
        MemberAccessExpressionSyntax access => IsCheap(access.Expression),
        ParenthesizedExpressionSyntax parenthesized => IsCheap(parenthesized.Expression),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression or (int)SyntaxKind.UnaryMinusExpression } negation => IsCheap(negation.Operand),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => IsCheap(suppressed.Operand),
        BinaryExpressionSyntax binary => IsCheap(binary.Left) && IsCheap(binary.Right),
        CastExpressionSyntax cast => IsCheap(cast.Expression),
        _ => false,
    };

    /// <summary>Cheap, or a new object that may be dropped unused.</summary>
    public static bool IsDroppable(ExpressionSyntax value, SemanticModel model)
    {
        if (IsCheap(value))
            return true;
        if (value is not BaseObjectCreationExpressionSyntax { Initializer: null } creation)
            return false;
        var type = model.GetTypeInfo(creation).Type;
        return type is INamedTypeSymbol && !type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable || i.Name == "IAsyncDisposable")
            && (creation.ArgumentList is null || creation.ArgumentList.Arguments.All(a => IsCheap(a.Expression)));
    }

    /// <summary>Whether the expression compiles and means the same as the body of a lambda.</summary>
    public static bool FitsLambda(ExpressionSyntax value, SemanticModel model)
    {
        foreach (var node in value.DescendantNodesAndSelf())
        {
            if (node is AwaitExpressionSyntax or DeclarationExpressionSyntax or RefExpressionSyntax or AssignmentExpressionSyntax or ThrowExpressionSyntax or StackAllocArrayCreationExpressionSyntax)
                return false;
            if (node.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression or SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression)
                return false;
            if (node is SimpleNameSyntax name && !CanBeCaptured(model.GetSymbolInfo(name).Symbol))
                return false;
            if (node is ThisExpressionSyntax && model.GetTypeInfo(node).Type is { IsValueType: true })
                return false;
        }
        return true;
    }

    /// <summary>Whether evaluating the expression once more, when another thread came first, changes nothing.</summary>
    public static bool IsRepeatable(ExpressionSyntax value) =>
        !value.DescendantNodesAndSelf().Any(n => n is InvocationExpressionSyntax { Expression: not MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "Math" } } }
            or AwaitExpressionSyntax or AssignmentExpressionSyntax);

    public static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodesAndSelf().Any(n => n is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name);

    /// <summary>Whether the values of the dictionary are delegates: then a factory is not told from a value.</summary>
    public static bool HoldsDelegates(ExpressionSyntax dictionary, SemanticModel model) =>
        ValueType(dictionary, model) is not { TypeKind: not TypeKind.Delegate and not TypeKind.Dynamic };

    public static ITypeSymbol? ValueType(ExpressionSyntax dictionary, SemanticModel model)
    {
        for (var type = model.GetTypeInfo(dictionary).Type; type is not null; type = type.BaseType)
        {
            if (type is INamedTypeSymbol { Name: "ConcurrentDictionary", TypeArguments: { Length: 2 } arguments })
                return arguments[1];
        }
        return null;
    }

    private static bool CanBeCaptured(ISymbol? symbol) => symbol switch
    {
        IParameterSymbol parameter => parameter.RefKind == RefKind.None && !parameter.Type.IsRefLikeType && !IsPrimaryOfStruct(parameter),
        ILocalSymbol local => !local.IsRef && !local.Type.IsRefLikeType,
        IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary } => symbol.IsStatic || symbol.ContainingType is not { IsValueType: true },
        _ => true,
    };

    private static bool IsPrimaryOfStruct(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType.IsValueType: true };
}
