using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Calls in tests that only look like calls: they are recorded by a mocking library, or expected to throw at once.</summary>
internal static class TestDoubles
{
    /// <summary>Whether the call is made on what a mocking library returned to verify or configure it, or inside a lambda given to one.</summary>
    public static bool IsRecordedByMock(this IInvocationOperation call)
    {
        for (var source = call.Instance; source is IInvocationOperation previous; source = ReceiverOf(previous))
        {
            if (IsOfMockingLibrary(previous.TargetMethod))
                return true;
        }
        return TakerOfLambda(call) is { } taker && IsOfMockingLibrary(taker);
    }

    /// <summary>Whether the call stands in a lambda that an assertion runs to see it throw before there is a task.</summary>
    public static bool IsExpectedToThrow(this KnownTypes types, IInvocationOperation call)
    {
        if (TakerOfLambda(call) is not { } taker)
            return false;
        return (taker.Name.StartsWith("Throw", StringComparison.Ordinal) || taker.Name is "Catch" or "Exception") && types.IsTestProject();
    }

    /// <summary>Whether the operation stands in an expression tree, which describes the call and does not make it.</summary>
    public static bool IsInExpressionTree(this KnownTypes types, IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation { Parent: { } target } && target.Type.IsOrInherits(types["System.Linq.Expressions.LambdaExpression"]))
                return true;
        }
        return false;
    }

    /// <summary>Whether the operation stands in a lambda given to code that does not compile: what runs it is a guess.</summary>
    public static bool IsInUnboundLambda(this IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is not IAnonymousFunctionOperation lambda)
                continue;
            var target = lambda.Parent is IDelegateCreationOperation or IConversionOperation ? lambda.Parent.Parent : lambda.Parent;
            return target is null or IInvalidOperation;
        }
        return false;
    }

    private static IOperation? ReceiverOf(IInvocationOperation call)
    {
        if (call.Instance is { } instance)
            return instance.Unwrap();
        return call.TargetMethod.IsExtensionMethod && !call.Arguments.IsEmpty ? call.Arguments.At(0).Value.Unwrap() : null;
    }

    private static bool IsOfMockingLibrary(IMethodSymbol method)
    {
        var root = method.ContainingNamespace;
        while (root is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
            root = root.ContainingNamespace;
        return root is { Name: "NSubstitute" or "Moq" or "FakeItEasy" or "Rhino" or "JustMockLite" or "Telerik" };
    }

    /// <summary>The method whose argument is the lambda that the operation stands in.</summary>
    private static IMethodSymbol? TakerOfLambda(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is not IAnonymousFunctionOperation lambda)
                continue;
            var made = lambda.Parent;
            while (made is IDelegateCreationOperation or IConversionOperation)
                made = made.Parent;
            return made is IArgumentOperation { Parent: IInvocationOperation taker } ? taker.TargetMethod : null;
        }
        return null;
    }
}
