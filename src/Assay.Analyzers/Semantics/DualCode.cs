using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Code that offers its work both synchronously and asynchronously, where the synchronous call is meant.</summary>
internal static class DualCode
{
    /// <summary>Whether the call is the synchronous branch of code that awaits the twin in the other one.</summary>
    public static bool IsSynchronousHalf(IInvocationOperation call, IMethodSymbol function, IMethodSymbol twin)
    {
        // One body for both, told apart by a flag: `await M(async: false)` must not await.
        foreach (var parameter in function.Parameters)
        {
            if (parameter is { Type.SpecialType: SpecialType.System_Boolean, Name: "async" or "isAsync" or "useAsync" or "runAsync" or "sync" or "synchronous" })
                return true;
        }
        IOperation child = call;
        for (var parent = call.Parent; parent is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent, parent = parent.Parent)
        {
            if (parent is not IConditionalOperation conditional || child == conditional.Condition)
                continue;
            var other = child == conditional.WhenTrue ? conditional.WhenFalse : conditional.WhenTrue;
            if (other is not null && Calls(other, twin.Name))
                return true;
        }
        return false;
    }

    /// <summary>Whether awaiting the twin would call the function that is being written: <c>M()</c> inside <c>MAsync()</c>.</summary>
    public static bool WouldRecurse(IInvocationOperation call, IMethodSymbol function, IMethodSymbol twin)
    {
        // The same name on another object is a decorator; that one should await.
        if (call.Instance is not (null or IInstanceReferenceOperation))
            return false;
        for (ISymbol? around = function; around is IMethodSymbol method; around = method.ContainingSymbol)
        {
            if (method.Name == twin.Name && (call.Instance is not null || method.ContainingType.OriginalDefinition.Is(twin.ContainingType.OriginalDefinition)))
                return true;
        }
        return false;
    }

    /// <summary>Whether the twin, declared in this compilation, is nothing but a task around the synchronous method.</summary>
    public static bool OnlyWraps(IMethodSymbol twin, IMethodSymbol method)
    {
        if (twin.IsAsync || twin.DeclaringSyntaxReferences.IsEmpty)
            return false;
        foreach (var node in twin.DeclaringSyntaxReferences[0].GetSyntax().DescendantNodes())
        {
            if (node is InvocationExpressionSyntax call && CallSites.CalledName(call) is SimpleNameSyntax name && name.Identifier.ValueText == method.Name)
                return true;
        }
        return false;
    }

    private static bool Calls(IOperation branch, string name)
    {
        foreach (var operation in branch.DescendantsAndSelf())
        {
            if (operation is IInvocationOperation call && call.TargetMethod.Name == name)
                return true;
        }
        return false;
    }
}
