using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Code that offers its work both synchronously and asynchronously, where the synchronous call is meant.</summary>
internal static class DualCode
{
    /// <summary>Whether the call is the synchronous branch of code that calls <paramref name="twin"/> in the other one.</summary>
    public static bool IsSynchronousHalf(IInvocationOperation call, IMethodSymbol function, string twin)
    {
        if (HasFlag(function))
            return true;
        IOperation child = call;
        for (var parent = call.Parent; parent is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); child = parent, parent = parent.Parent)
        {
            var isHalf = parent switch
            {
                IConditionalOperation conditional => child != conditional.Condition && OtherBranch(conditional, child) is { } other && Calls(other, twin),
                IBlockOperation block => FollowsReturnOf(block, child, twin),
                _ => false,
            };
            if (isHalf)
                return true;
        }
        return false;
    }

    private static IOperation? OtherBranch(IConditionalOperation conditional, IOperation branch) =>
        branch == conditional.WhenTrue ? conditional.WhenFalse : conditional.WhenTrue;

    // `if (later) return await ReadAsync(); return Read();`
    private static bool FollowsReturnOf(IBlockOperation block, IOperation statement, string twin)
    {
        foreach (var earlier in block.Operations)
        {
            if (earlier == statement)
                return false;
            if (earlier is IConditionalOperation choice && (IsLeft(choice.WhenTrue) || IsLeft(choice.WhenFalse)))
                return true;
        }
        return false;

        bool IsLeft(IOperation? branch) => branch is not null && EndsInReturn(branch) && Calls(branch, twin);
    }

    private static bool EndsInReturn(IOperation branch) =>
        branch is IReturnOperation || (branch is IBlockOperation { Operations: { IsEmpty: false } statements } && statements[statements.Length - 1] is IReturnOperation);

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

    /// <summary>
    /// Whether the call asks dual code for its synchronous side, which hands back a completed task:
    /// <c>OpenAsync(async: false)</c>, <c>ReadAsync&lt;SyncAdapter&gt;(buffer)</c>.
    /// </summary>
    public static bool IsInSyncMode(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter
                && argument.Value.ConstantValue is { HasValue: true, Value: bool value }
                && TaskCompletionConditions.SyncValueOf(parameter, parameter.Type) == value)
                return true;
            if (argument.Parameter?.OriginalDefinition.Type is ITypeParameterSymbol && IsSyncHalf(argument.Value.Type))
                return true;
        }
        foreach (var type in call.TargetMethod.TypeArguments)
        {
            if (IsSyncHalf(type))
                return true;
        }
        return false;
    }

    /// <summary>Whether the type is a <c>SyncAdapter</c> beside which an <c>AsyncAdapter</c> with the same contract stands.</summary>
    public static bool IsSyncHalf(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { Interfaces.IsEmpty: false } half || half.Name.IndexOf("Async", StringComparison.Ordinal) >= 0)
            return false;
        var at = half.Name.IndexOf("Sync", StringComparison.Ordinal);
        if (at < 0 || (at + 4 < half.Name.Length && char.IsLower(half.Name[at + 4])))
            return false;
        var twin = half.Name.Substring(0, at) + "Async" + half.Name.Substring(at + 4);
        var around = half.ContainingType ?? (INamespaceOrTypeSymbol)half.ContainingNamespace;
        foreach (var other in around.GetTypeMembers(twin))
        {
            if (other.IsOrInherits(half.Interfaces[0].OriginalDefinition))
                return true;
        }
        return false;
    }

    // One body for both, told apart by a flag: `await M(async: false)` must not await. A function inside sees the flag too.
    private static bool HasFlag(IMethodSymbol function)
    {
        for (ISymbol? around = function; around is IMethodSymbol method; around = method.ContainingSymbol)
        {
            foreach (var parameter in method.Parameters)
            {
                if (parameter is { Type.SpecialType: SpecialType.System_Boolean, Name: "async" or "isAsync" or "useAsync" or "runAsync" or "sync" or "synchronous" })
                    return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Whether the method, declared in this compilation and not replaceable by an override, calls nothing: then it cannot
    /// wait for anything either.
    /// </summary>
    public static bool CallsNothing(IMethodSymbol method)
    {
        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
        if (definition.IsAbstract || definition.IsVirtual || definition.IsExtern || definition.DeclaringSyntaxReferences.IsEmpty)
            return false;
        if (definition.DeclaringSyntaxReferences[0].GetSyntax() is not BaseMethodDeclarationSyntax { Body: var block, ExpressionBody: var arrow } || ((SyntaxNode?)block ?? arrow) is not { } body)
            return false;
        foreach (var node in body.DescendantNodes())
        {
            if (node is InvocationExpressionSyntax)
                return false;
        }
        return true;
    }

    /// <summary>Whether the call runs a hook of its own class, whose awaitable form is another hook and not a replacement.</summary>
    public static bool IsHook(IInvocationOperation call) =>
        call.Instance is IInstanceReferenceOperation
        && call.TargetMethod is { ReturnsVoid: true } method && method.Name.StartsWith("On", StringComparison.Ordinal)
        && (method.IsVirtual || method.IsAbstract || method.IsOverride);

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
