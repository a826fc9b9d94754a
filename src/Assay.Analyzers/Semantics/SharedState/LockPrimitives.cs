using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A call that takes or gives back a lock.</summary>
/// <param name="Call">The call.</param>
/// <param name="Target">The lock, as the call names it.</param>
/// <param name="IsAcquire">Whether it takes the lock; false when it gives it back.</param>
/// <param name="IsCertain">Whether the lock is held when the call returns; false for a try and for a wait that can time out.</param>
/// <param name="Kind">The family of the lock.</param>
/// <param name="Mode">How the lock is held in between.</param>
internal sealed record LockCall(IInvocationOperation Call, IOperation Target, bool IsAcquire, bool IsCertain, LockKind Kind, LockMode Mode);

/// <summary>The one table of the primitives the engine models: a new one is a new line.</summary>
internal static class LockPrimitives
{
    private static readonly (string Type, string Acquire, string Release, LockKind Kind, LockMode Mode)[] s_table =
    [
        ("Monitor", "Enter", "Exit", LockKind.Monitor, LockMode.Exclusive),
        ("Monitor", "TryEnter", "Exit", LockKind.Monitor, LockMode.Exclusive),
        ("Lock", "Enter", "Exit", LockKind.Lock, LockMode.Exclusive),
        ("Lock", "TryEnter", "Exit", LockKind.Lock, LockMode.Exclusive),
        ("SemaphoreSlim", "Wait", "Release", LockKind.Semaphore, LockMode.Exclusive),
        ("SemaphoreSlim", "WaitAsync", "Release", LockKind.Semaphore, LockMode.Exclusive),
        ("ReaderWriterLockSlim", "EnterReadLock", "ExitReadLock", LockKind.ReaderWriter, LockMode.Read),
        ("ReaderWriterLockSlim", "TryEnterReadLock", "ExitReadLock", LockKind.ReaderWriter, LockMode.Read),
        ("ReaderWriterLockSlim", "EnterWriteLock", "ExitWriteLock", LockKind.ReaderWriter, LockMode.Exclusive),
        ("ReaderWriterLockSlim", "TryEnterWriteLock", "ExitWriteLock", LockKind.ReaderWriter, LockMode.Exclusive),
        ("ReaderWriterLockSlim", "EnterUpgradeableReadLock", "ExitUpgradeableReadLock", LockKind.ReaderWriter, LockMode.Upgradeable),
        ("ReaderWriterLockSlim", "TryEnterUpgradeableReadLock", "ExitUpgradeableReadLock", LockKind.ReaderWriter, LockMode.Upgradeable),
        ("Mutex", "WaitOne", "ReleaseMutex", LockKind.Mutex, LockMode.Exclusive),
        ("SpinLock", "Enter", "Exit", LockKind.Spin, LockMode.Exclusive),
        ("SpinLock", "TryEnter", "Exit", LockKind.Spin, LockMode.Exclusive),
    ];

    /// <summary>What the call does to a lock; null when it is no call of the table.</summary>
    public static LockCall? Of(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        // A mutex inherits its wait from all wait handles, so that the receiver tells.
        var type = call.Instance?.Type ?? method.ContainingType;
        if (!IsThreading(type))
            return null;
        foreach (var (name, acquire, release, kind, mode) in s_table)
        {
            if (type.Name != name || method.Name != acquire && method.Name != release)
                continue;
            // Monitor names its object in the argument, the others are the object.
            var target = call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments.At(0).Value : null);
            return target is null ? null : new(call, target, method.Name == acquire, method.Name == acquire && IsCertain(method), kind, mode);
        }
        return null;
    }

    /// <summary>Whether fields of the type serve to synchronise and are no state themselves.</summary>
    public static bool IsSynchronizer(ITypeSymbol type) =>
        IsThreading(type) && type.Name is not ("CancellationToken" or "CancellationTokenSource" or "Timer");

    public static bool IsPlainLock(ITypeSymbol? type) =>
        type is { IsReferenceType: true } && (type.Name == "Lock" || !IsSynchronizer(type));

    /// <summary>The family of a lock whose type this is: the monitor of an object of any type outside the table.</summary>
    public static LockKind KindOf(ITypeSymbol? type)
    {
        if (!IsThreading(type))
            return ScopedLocks.IsLockType(type) ? LockKind.Disposable : LockKind.Monitor;
        foreach (var row in s_table)
        {
            if (row.Type == type!.Name)
                return row.Kind;
        }
        return LockKind.Monitor;
    }

    private static bool IsCertain(IMethodSymbol method)
    {
        if (method.Name.StartsWith("Try", StringComparison.Ordinal))
            return false;
        // Waits with a time limit say in their result whether they got the lock.
        return method.ReturnsVoid || method.ReturnType is INamedTypeSymbol { Name: "Task", IsGenericType: false } || method.Parameters.Length == 0;
    }

    private static bool IsThreading(ITypeSymbol? type) =>
        type?.ContainingNamespace is { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
}
