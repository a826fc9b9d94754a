using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Caches;

/// <summary>Tells the private methods that get nothing but constants from their callers.</summary>
internal static class FedByConstants
{
    /// <summary>Whether every call in the file gives the parameter of a private method a value that stands in the source.</summary>
    public static bool Is(IParameterSymbol parameter, IOperation near)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { DeclaredAccessibility: Accessibility.Private } method || near.SemanticModel is not { } model)
            return false;
        var isCalled = false;
        foreach (var part in method.ContainingType.DeclaringSyntaxReferences)
        {
            if (part.SyntaxTree != near.Syntax.SyntaxTree)
                return false;
            foreach (var node in part.GetSyntax().DescendantNodes())
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != method.Name || !model.GetSymbolInfo(name).Symbol.Is(method))
                    continue;
                if (CallOf(name) is not { } call || model.GetOperation(call) is not IInvocationOperation invocation || !GetsConstant(invocation, parameter))
                    return false;
                isCalled = true;
            }
        }
        return isCalled;
    }

    private static InvocationExpressionSyntax? CallOf(IdentifierNameSyntax name) =>
        (name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access.Parent : name.Parent) as InvocationExpressionSyntax;

    private static bool GetsConstant(IInvocationOperation call, IParameterSymbol parameter)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == parameter.Ordinal)
                return argument.Value.ConstantValue.HasValue || argument.Value.Bare() is IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } };
        }
        return false;
    }
}
