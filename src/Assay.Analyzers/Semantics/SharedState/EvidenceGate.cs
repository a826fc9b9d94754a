using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// The cheap questions that decide whether a model of a type is worth building: does it lock, or does it have state and a
/// reason to believe that threads meet at it.
/// </summary>
internal sealed class EvidenceGate
{
    private static readonly Words s_locks = Words.Of(
        "lock", "EnterScope", "Enter", "TryEnter", "Exit", "Wait", "WaitAsync", "Release", "WaitOne", "ReleaseMutex",
        "EnterReadLock", "TryEnterReadLock", "ExitReadLock", "EnterWriteLock", "TryEnterWriteLock", "ExitWriteLock",
        "EnterUpgradeableReadLock", "TryEnterUpgradeableReadLock", "ExitUpgradeableReadLock");

    private static readonly Words s_threads = Words.Of("Interlocked", "Volatile", "Parallel", "ThreadPool", "Thread", "StartNew");

    private static readonly Words s_runs = Words.Of("Run");

    // Many things are run; only a task's class method starts a thread.
    private static readonly Words s_tasks = Words.Of("Task");

    private static readonly Words s_lockTypes = Words.Of("*Lock", "*Mutex", "*Semaphore", "*Locker", "*Monitor");

    private volatile bool _locks;
    private volatile bool _startsThreads;
    private volatile bool _isAskedFor;

    public void NoteLock() => _locks = true;

    /// <summary>A rule wants the model whatever else the type does.</summary>
    public void Ask() => _isAskedFor = true;

    /// <summary>Whether the gate can open once the code of the type is read, by the words of its files and what its symbols say.</summary>
    public bool MayOpen(INamedTypeSymbol type, KnownTypes types, CancellationToken cancellationToken)
    {
        if (_locks || _isAskedFor || type.Mentions(s_locks, cancellationToken) || NamesLockType(type, cancellationToken))
            return true;
        return HasState(type) && (StartsThreads(type, cancellationToken) || HasReason(type, types, cancellationToken));
    }

    private static bool StartsThreads(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        type.Mentions(s_threads, cancellationToken) || type.Mentions(s_runs, cancellationToken) && type.Mentions(s_tasks, cancellationToken);

    // A lock class of the project or of a library is named where its object is declared, be that in a base class.
    private static bool NamesLockType(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Mentions(s_lockTypes, cancellationToken))
                return true;
        }
        return false;
    }

    public void Note(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.Name == "EnterScope" || LockPrimitives.Of(call) is not null || ScopedLocks.Mode(call) is not null)
            _locks = true;
        else if (method.ContainingType?.Name is "Interlocked" or "Volatile" or "Parallel" or "ThreadPool" or "Thread"
            || method is { Name: "Run" or "StartNew", ContainingType.Name: "Task" or "TaskFactory" })
            _startsThreads = true;
    }

    public bool IsOpen(INamedTypeSymbol type, KnownTypes types, CancellationToken cancellationToken)
    {
        if (_locks || _isAskedFor)
            return true;
        // Without state there is nothing to race for.
        return HasState(type) && (_startsThreads || HasReason(type, types, cancellationToken));
    }

    private static bool HasReason(INamedTypeSymbol type, KnownTypes types, CancellationToken cancellationToken)
    {
        if (TypeSharing.Of(types, type, cancellationToken) is not null)
            return true;
        foreach (var member in type.GetMembers())
        {
            switch (member)
            {
                case IFieldSymbol field when IsSharedState(field, types, cancellationToken) || IsReason(field):
                case IEventSymbol { IsStatic: true, AddMethod.IsImplicitlyDeclared: true }:
                case INamedTypeSymbol nested when HasReason(nested, types, cancellationToken):
                    return true;
            }
        }
        return false;
    }

    private static bool IsSharedState(IFieldSymbol field, KnownTypes types, CancellationToken cancellationToken) =>
        field.IsStatic && StateFields.IsState(field) && !FixedTables.Is(field, types.Compilation, cancellationToken);

    private static bool HasState(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol field && StateFields.IsState(field) || member is IEventSymbol { AddMethod.IsImplicitlyDeclared: true } || member is INamedTypeSymbol nested && HasState(nested))
                return true;
        }
        return false;
    }

    private static bool IsReason(IFieldSymbol field) =>
        field.IsVolatile
        || field.Type.Name is "Timer" or "Thread" or "FileSystemWatcher" or "SerialPort" or "Process" or "SemaphoreSlim" or "ReaderWriterLockSlim" or "Mutex" or "SpinLock"
        || field.Type.Name.StartsWith("Concurrent", StringComparison.Ordinal);
}
