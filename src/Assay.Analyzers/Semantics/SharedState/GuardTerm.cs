using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The families of locks that the engine knows.</summary>
internal enum LockKind
{
    /// <summary>The monitor of any object: lock statements, Monitor, Synchronized methods.</summary>
    Monitor,

    /// <summary>System.Threading.Lock.</summary>
    Lock,

    /// <summary>SemaphoreSlim that lets one in.</summary>
    Semaphore,

    ReaderWriter,
    Mutex,
    Spin,

    /// <summary>A lock class of the project or of a library, whose acquire returns what releases it.</summary>
    Disposable,
}

/// <summary>How a lock is held, the weakest first.</summary>
internal enum LockMode
{
    Read,
    Upgradeable,
    Exclusive,
}

/// <summary>
/// One lock as every function of a type names it: a stable path from this, a static, a type object, a parameter or a local. A
/// builder makes one object for each path, so that terms are compared by reference.
/// </summary>
/// <param name="path">The path with the types of its hops, which tells equal from different.</param>
/// <param name="text">The path as the code writes it.</param>
/// <param name="kind">The family of the lock.</param>
/// <param name="member">The field or property that holds the lock; null for this, a type object, a parameter or a local.</param>
/// <param name="isPlain">Whether a lock statement can take it.</param>
/// <param name="isPrivate">Whether no other type can name it.</param>
internal sealed class GuardTerm(string path, string text, LockKind kind, ISymbol? member, bool isPlain, bool isPrivate)
{
    public string Path => path;

    public string Text => text;

    public LockKind Kind => kind;

    public ISymbol? Member => member;

    public bool IsPlain => isPlain;

    public bool IsPrivate => isPrivate;

    /// <summary>Whether the term is one lock for all instances.</summary>
    public bool IsStatic { get; } = path.StartsWith("static:", StringComparison.Ordinal) || path.StartsWith("typeof:", StringComparison.Ordinal);

    /// <summary>Whether the path starts at the object whose member runs.</summary>
    public bool IsOwn { get; } = path.StartsWith("this:", StringComparison.Ordinal);

    /// <summary>Whether an await ends the hold: the thread that acquired it has to release it.</summary>
    public bool IsThreadAffine => kind is not (LockKind.Semaphore or LockKind.Disposable);
}
