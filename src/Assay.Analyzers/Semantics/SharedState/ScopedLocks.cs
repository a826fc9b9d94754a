using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Lock classes of the project or of a library: an acquire returns the object whose disposal gives the lock back.</summary>
internal static class ScopedLocks
{
    private static readonly string[] s_acquires = ["Lock", "Enter", "Acquire", "Wait", "Take", "Reader", "Writer", "Read", "Write"];

    /// <summary>Whether the type is a lock by its name, outside the framework's own.</summary>
    public static bool IsLockType(ITypeSymbol? type) =>
        type is { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface }
        && (EndsWith(type, "Lock") || EndsWith(type, "Mutex") || EndsWith(type, "Semaphore") || EndsWith(type, "Locker") || EndsWith(type, "Monitor"));

    /// <summary>Whether the type is a lock whose calls the engine cannot follow.</summary>
    public static bool IsUnmodelled(ITypeSymbol type)
    {
        if (!IsLockType(type))
            return false;
        var acquires = false;
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal } method || !StartsLikeAcquire(method.Name))
                continue;
            if (IsScope(method))
                return false;
            acquires = true;
        }
        return acquires;
    }

    /// <summary>How the call takes the lock it is made on until its result is disposed; null when it is no such call.</summary>
    public static LockMode? Mode(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (call.Instance is null || !IsLockType(call.Instance.Type) || !StartsLikeAcquire(method.Name) || !IsScope(method))
            return null;
        // A lock for each key is many locks, and one with a time limit may not be held.
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Type.Name != "CancellationToken")
                return null;
        }
        if (method.Name.IndexOf("Upgrade", StringComparison.Ordinal) >= 0)
            return LockMode.Upgradeable;
        return method.Name.StartsWith("Read", StringComparison.Ordinal) || method.Name.IndexOf("ReadLock", StringComparison.Ordinal) >= 0 ? LockMode.Read : LockMode.Exclusive;
    }

    /// <summary>Whether the function returns what somebody has to dispose, awaited or not.</summary>
    public static bool IsScope(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (type is INamedTypeSymbol { Name: "Task" or "ValueTask" or "AwaitableDisposable", TypeArguments: { Length: 1 } results })
            type = results[0];
        if (type.Name is "IDisposable" or "IAsyncDisposable")
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.Name is "IDisposable" or "IAsyncDisposable")
                return type.Name is not ("Task" or "ValueTask");
        }
        // A ref struct disposes by its pattern.
        return type.IsRefLikeType && !type.GetMembers("Dispose").IsEmpty;
    }

    private static bool StartsLikeAcquire(string name)
    {
        foreach (var start in s_acquires)
        {
            if (name.StartsWith(start, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static bool EndsWith(ITypeSymbol type, string word) => type.Name.EndsWith(word, StringComparison.Ordinal);
}
