using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Ai;

/// <summary>Tells which functions a model can call: it fills their parameters.</summary>
internal static class AiFunctions
{
    /// <summary>Whether the function is marked as one, or handed to a factory of such functions near the read.</summary>
    public static bool IsFunction(IMethodSymbol method, IOperation read)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "KernelFunctionAttribute" or "McpServerToolAttribute" or "SKFunctionAttribute")
                return true;
        }
        return method.MethodKind switch
        {
            MethodKind.AnonymousFunction => IsLambdaOf(method, read),
            MethodKind.LocalFunction => IsHandedOver(read.Root(), method),
            MethodKind.Ordinary => IsHandedOverInType(method, read),
            _ => false,
        };
    }

    public static string NameOf(IMethodSymbol method) => method.MethodKind == MethodKind.AnonymousFunction ? "the function" : method.Name;

    private static bool IsLambdaOf(IMethodSymbol method, IOperation read)
    {
        for (var parent = read.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda && lambda.Symbol.Is(method))
                return IsArgumentOfFactory(lambda);
        }
        return false;
    }

    private static bool IsHandedOver(IOperation root, IMethodSymbol method)
    {
        foreach (var operation in root.Descendants())
        {
            if (operation is IMethodReferenceOperation reference && reference.Method.OriginalDefinition.Is(method.OriginalDefinition) && IsArgumentOfFactory(reference))
                return true;
        }
        return false;
    }

    // `AIFunctionFactory.Create(FindOrder)` elsewhere in the type.
    private static bool IsHandedOverInType(IMethodSymbol method, IOperation read)
    {
        if (read.SemanticModel is not { } model)
            return false;
        foreach (var part in method.ContainingType.DeclaringSyntaxReferences)
        {
            if (part.SyntaxTree != model.SyntaxTree)
                continue;
            foreach (var node in part.GetSyntax().DescendantNodes())
            {
                if (node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } invocation && IsFactory(name)
                    && invocation.ArgumentList.DescendantTokens().Any(token => token.ValueText == method.Name)
                    && model.GetOperation(invocation) is { } call && IsHandedOver(call, method))
                    return true;
            }
        }
        return false;
    }

    private static bool IsArgumentOfFactory(IOperation function)
    {
        var parent = function.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            parent = parent.Parent;
        return parent is IInvocationOperation { TargetMethod: { Name: var name, ContainingType.Name: "AIFunctionFactory" or "KernelFunctionFactory" or "KernelFunction" or "McpServerTool" } } && IsFactory(name);
    }

    private static bool IsFactory(string method) => method is "Create" or "CreateFromMethod" or "CreateFunctionFromMethod";
}
