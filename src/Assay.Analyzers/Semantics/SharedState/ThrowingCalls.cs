using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Judges whether a careful author expects an exception from an operation.</summary>
internal sealed class ThrowingCalls(Func<IMethodSymbol, IOperation?> bodyOf)
{
    private const int MostHops = 2;

    // Code of the framework that reaches the outside world, or reads what others wrote.
    private static readonly string[] s_riskySpaces = ["System.IO", "System.Net", "System.Data", "System.Diagnostics.Process", "System.Text.Json", "System.Xml", "System.Runtime.Serialization", "System.Security.Cryptography"];
    private static readonly string[] s_quietWords = ["Log", "Trace", "Debug", "Try", "Dispose", "Notify"];

    private readonly Dictionary<IMethodSymbol, bool> _judged = new(SymbolEqualityComparer.Default);

    public bool MayThrow(IOperation operation) => MayThrow(operation, MostHops);

    /// <summary>Whether the call ends the process, so that nothing is left to release a lock for.</summary>
    public static bool EndsProcess(IMethodSymbol method) => method is { Name: "FailFast" or "Exit", ContainingType.Name: "Environment" };

    /// <summary>Whether the call always throws.</summary>
    public static bool NeverReturns(IMethodSymbol method)
    {
        if (!method.Name.StartsWith("Throw", StringComparison.Ordinal))
            return false;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "DoesNotReturnAttribute")
                return true;
        }
        return method.Name.StartsWith("Throw", StringComparison.Ordinal) && method.ReturnsVoid && !method.Name.StartsWith("ThrowIf", StringComparison.Ordinal);
    }

    private bool MayThrow(IOperation operation, int hops) => operation switch
    {
        IAwaitOperation await => !IsQuietAwait(await),
        IThrowOperation => true,
        IInvocationOperation call => OfMethod(call.TargetMethod, call.IsVirtual, hops),
        _ => false,
    };

    private static bool IsQuietAwait(IAwaitOperation await)
    {
        var awaited = await.Operation.Bare();
        if (awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured })
            awaited = configured.Bare();
        return awaited is IInvocationOperation { TargetMethod: { Name: "Yield" or "Delay" or "WhenAny", ContainingType.Name: "Task" }, Arguments.Length: < 2 }
            || awaited is IInvocationOperation call && LockPrimitives.Of(call) is not null;
    }

    private bool OfMethod(IMethodSymbol method, bool isVirtual, int hops)
    {
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return true;
        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.ReducedExtension or MethodKind.ExplicitInterfaceImplementation) || IsQuiet(method.Name))
            return false;
        // A call that makes a task fails where the task is awaited.
        if (method.IsAsync)
            return false;
        if (method.Name.StartsWith("ThrowIf", StringComparison.Ordinal) || NeverReturns(method))
            return true;
        if (method.DeclaringSyntaxReferences.IsEmpty)
            return IsRisky(method);
        if (isVirtual && (method.IsAbstract || method.ContainingType.TypeKind == TypeKind.Interface))
            return true;
        return hops > 0 && BodyThrows(method, hops - 1);
    }

    private bool BodyThrows(IMethodSymbol method, int hops)
    {
        if (_judged.TryGetValue(method, out var known))
            return known;
        // A method that calls itself throws when the rest of it does.
        _judged[method] = false;
        if (bodyOf(method) is not { } body)
            return false;
        var function = LockSite.FunctionAround(body);
        foreach (var operation in body.Descendants())
        {
            if (LockSite.FunctionAround(operation) == function && !IsCaught(operation, body) && MayThrow(operation, hops))
                return _judged[method] = true;
        }
        return false;
    }

    private static bool IsCaught(IOperation operation, IOperation body)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null && child != body; child = parent, parent = parent.Parent)
        {
            if (parent is ITryOperation { Catches: { IsEmpty: false } catches } attempt && attempt.Body == child && catches[catches.Length - 1].ExceptionType is { Name: "Exception" or "Object" })
                return true;
        }
        return false;
    }

    private static bool IsQuiet(string name)
    {
        foreach (var word in s_quietWords)
        {
            if (name.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static bool IsRisky(IMethodSymbol method)
    {
        var space = method.ContainingNamespace?.ToDisplayString() ?? "";
        if (space.IndexOf("Logging", StringComparison.Ordinal) >= 0 || method.ContainingType.Name is "Path" or "MemoryStream" or "Interlocked")
            return false;
        foreach (var risky in s_riskySpaces)
        {
            if (space.StartsWith(risky, StringComparison.Ordinal))
                return true;
        }
        if (method.ContainingType is { Name: "Process" or "Activator" } && method.IsStatic)
            return true;
        if (method.ContainingType.Name is "Task" && method.Name is "Wait" or "WaitAll" || method.Name is "Parse" or "ParseExact" or "DynamicInvoke" or "Cancel" && method.ContainingType.Name != "Timer")
            return true;
        return !space.StartsWith("System", StringComparison.Ordinal) && !space.StartsWith("Microsoft", StringComparison.Ordinal);
    }
}
