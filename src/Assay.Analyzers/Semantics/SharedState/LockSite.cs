using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>An acquire or release call of a body, with the lock it names and what its result says.</summary>
internal sealed class LockSite
{
    public LockSite(LockCall call)
    {
        Call = call;
        var name = call.Call.TargetMethod.Name;
        var mode = name.EndsWith("UpgradeableReadLock", StringComparison.Ordinal) ? "|upgradeable" : name.EndsWith("ReadLock", StringComparison.Ordinal) ? "|read" : "";
        Type = (call.Call.Instance?.Type ?? call.Call.TargetMethod.ContainingType).Name;
        Key = LockPaths.OfLock(call.Target) is { } path ? path + (Type == "Monitor" ? OnMonitor : mode) : null;
        Taken = TakenOf(call.Call);
        IsTry = call.IsAcquire && !call.IsCertain && !WaitsForever(call.Call);
        Function = call.Call.Parent is null ? null : FunctionAround(call.Call);
    }

    /// <summary>The end of the key of a monitor, which any object has besides the lock that it may be.</summary>
    public const string OnMonitor = "|monitor";

    public LockCall Call { get; }

    /// <summary>The lock with the mode it is taken in, which acquire and release share; null when it has no name.</summary>
    public string? Key { get; }

    /// <summary>The name of the primitive's type.</summary>
    public string Type { get; }

    /// <summary>The variable behind <c>ref lockTaken</c>.</summary>
    public IOperation? Taken { get; }

    /// <summary>Whether the call may return without the lock.</summary>
    public bool IsTry { get; }

    /// <summary>The lambda or local function around the call; null for the member itself.</summary>
    public IOperation? Function { get; }

    public bool IsAcquire => Call.IsAcquire;

    public SyntaxNode Syntax => Call.Call.Syntax;

    /// <summary>Whether the thread that takes the lock has to give it back.</summary>
    public bool IsThreadAffine => Type != "SemaphoreSlim";

    /// <summary>The lock as the code writes it.</summary>
    public string Text => Call.Target.Syntax.ToString();

    /// <summary>Whether a release gives back as many permits as a variable says.</summary>
    public bool IsCounted => !IsAcquire && Type == "SemaphoreSlim" && Call.Call.Arguments.Length > 0 && Call.Call.Arguments.At(0).Value.ConstantValue is not { HasValue: true, Value: 1 };

    /// <summary>Whether the wait can end in an exception that means the lock was not taken.</summary>
    public bool CanBeCancelled
    {
        get
        {
            foreach (var argument in Call.Call.Arguments)
            {
                if (argument.Value.Bare() is { Type.Name: "CancellationToken" } token and not IDefaultValueOperation and not IPropertyReferenceOperation { Property.Name: "None" } && argument.ArgumentKind == ArgumentKind.Explicit)
                    return !token.ConstantValue.HasValue;
            }
            return false;
        }
    }

    /// <summary>Whether the task of an asynchronous wait is awaited on the spot; a kept task may be awaited anywhere.</summary>
    public bool IsDone =>
        Call.Call.TargetMethod.Name != "WaitAsync" || Call.Call.DirectAwait() is not null || IsBlockedOn(Call.Call);

    /// <summary>The lambda or local function around an operation; null when the member itself holds it.</summary>
    public static IOperation? FunctionAround(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return around;
        }
        return null;
    }

    private static bool IsBlockedOn(IInvocationOperation call)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod.Name: "GetResult" or "Wait" } or IPropertyReferenceOperation { Property.Name: "Result" })
                return true;
        }
        return false;
    }

    private static IOperation? TakenOf(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Ref, Type.SpecialType: SpecialType.System_Boolean })
                return argument.Value;
        }
        return null;
    }

    private static bool WaitsForever(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() is { ConstantValue: { HasValue: true, Value: -1 } } or IFieldReferenceOperation { Field.Name: "Infinite" or "InfiniteTimeSpan" })
                return true;
        }
        return false;
    }
}
