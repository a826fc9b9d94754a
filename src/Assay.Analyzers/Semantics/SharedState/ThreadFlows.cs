using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

internal enum ThreadWayKind
{
    /// <summary>Other types call it, on any thread.</summary>
    Outside,

    /// <summary>The host calls it, one call after the other.</summary>
    Lifecycle,

    /// <summary>The type itself puts it on another thread.</summary>
    Started,
}

/// <summary>One way on which a thread comes to code of the type.</summary>
/// <param name="Kind">Who sends the thread.</param>
/// <param name="What">The function that starts there, as messages name it; empty unless started.</param>
/// <param name="How">How it is started, as messages say it.</param>
/// <param name="Place">Where it is started.</param>
/// <param name="MayOverlap">Whether two such threads may run at once.</param>
/// <param name="IsHandedOn">Whether the caller gets the task to wait for, so that the thread stands for the caller's own.</param>
internal sealed record ThreadWay(ThreadWayKind Kind, string What, string How, Location? Place, bool MayOverlap, bool IsHandedOn = false)
{
    /// <summary>The type whose object the thread is started for; null unless started.</summary>
    public INamedTypeSymbol? Home { get; init; }

    public static ThreadWay Outside { get; } = new(ThreadWayKind.Outside, "", "", null, true);

    public static ThreadWay Lifecycle { get; } = new(ThreadWayKind.Lifecycle, "", "", null, false);
}

/// <summary>
/// Follows the calls within one type back to where threads enter: functions other types can call, and functions that are
/// handed to tasks, timers, threads and events that fire on threads of their own.
/// </summary>
internal sealed class ThreadFlows
{
    private readonly Dictionary<ISymbol, List<(IOperation Operation, ISymbol Owner)>> _callers = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, List<ThreadWay>> _started = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, IInvocationOperation> _atomicUses = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, (string Text, Location Place)> _synchronisedFunctions = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _starters = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _handedOut = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, HashSet<ThreadWay>> _known = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IOperation, ThreadWay> _startedLambdas = [];

    public ThreadFlows(IReadOnlyList<Body> bodies, CancellationToken cancellationToken)
    {
        foreach (var body in bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var operation in body.Operation.DescendantsAndSelf())
                Note(operation, body.Owner);
        }
    }

    /// <summary>The first use of the member by Interlocked or Volatile.</summary>
    public IInvocationOperation? AtomicUseOf(ISymbol member) => _atomicUses.TryGetValue(member, out var use) ? use : null;

    /// <summary>
    /// That other state of the object is synchronised; null when it is not. It carries a suggestion, and only where the very
    /// function that changes the member locks: much state is confined by a protocol that the code does not show.
    /// </summary>
    public Evidence? SynchronisedNeighbour(IReadOnlyList<Access> accesses)
    {
        foreach (var access in accesses)
        {
            if (access is { Kind: AccessKind.ReadModifyWrite, IsConstruction: false, Function: { } function } && _synchronisedFunctions.TryGetValue(Key(function), out var same))
                return new(EvidenceKind.Neighbour, $"'{function.Name}' {same.Text} for other state at line {same.Place.Line()}", same.Place, false);
        }
        return null;
    }

    /// <summary>The ways to an operation of the type; none when only construction comes there.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="function">The method, accessor or local function around it, when it is known.</param>
    public IReadOnlyCollection<ThreadWay> WaysTo(IOperation operation, ISymbol? function)
    {
        var ways = new HashSet<ThreadWay>();
        if (Enter(operation, function, ways) is not { } first)
            return ways;
        if (!_known.TryGetValue(first, out var known))
            _known[first] = known = WaysTo(first);
        return known;
    }

    private void Note(IOperation operation, ISymbol owner)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                NoteCall(call, owner);
                break;
            case IPropertyReferenceOperation property:
                AddCaller(property.Property, property, owner);
                break;
            case IMethodReferenceOperation group:
                if (ThreadStarts.Of(group, owner) is { } way)
                    NoteStart(way, Key(group.Method), owner);
                else
                    _handedOut.Add(Key(group.Method));
                break;
            case IAnonymousFunctionOperation lambda when ThreadStarts.Of(lambda, owner) is { } start:
                _startedLambdas[lambda] = start;
                NoteStart(start, null, owner);
                break;
            case ILockOperation @lock:
                NoteSynchronised(owner, "takes a lock", @lock.LockedValue);
                break;
        }
    }

    private void NoteStart(ThreadWay way, ISymbol? function, ISymbol owner)
    {
        if (function is not null)
            Add(_started, function, way);
        if (!way.MayOverlap && owner is IMethodSymbol)
            _starters.Add(Key(owner));
    }

    private void NoteCall(IInvocationOperation call, ISymbol owner)
    {
        AddCaller(call.TargetMethod, call, owner);
        if (call.TargetMethod.ContainingType is { Name: "Interlocked" or "Volatile" } type && LockPrimitives.IsSynchronizer(type))
        {
            foreach (var argument in call.Arguments)
            {
                if (argument is { Parameter.RefKind: not RefKind.None, Value: IMemberReferenceOperation target } && !_atomicUses.ContainsKey(target.Member.OriginalDefinition))
                    _atomicUses[target.Member.OriginalDefinition] = call;
            }
        }
        else if (LockPrimitives.Of(call) is not null || call.TargetMethod is { Name: "EnterScope", ContainingType.Name: "Lock" })
        {
            NoteSynchronised(owner, $"calls '{call.TargetMethod.Name}'", call);
        }
    }

    private void NoteSynchronised(ISymbol owner, string text, IOperation at)
    {
        if (owner is IMethodSymbol and not { Name: "Dispose" or "DisposeAsync" or "Close" } && !_synchronisedFunctions.ContainsKey(Key(owner)))
            _synchronisedFunctions[Key(owner)] = (text, at.Syntax.GetLocation());
    }

    private void AddCaller(ISymbol callee, IOperation operation, ISymbol owner) => Add(_callers, Key(callee), (operation, owner));

    private static void Add<T>(Dictionary<ISymbol, List<T>> lists, ISymbol key, T item)
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        list.Add(item);
    }

    private HashSet<ThreadWay> WaysTo(ISymbol function)
    {
        var ways = new HashSet<ThreadWay>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { function };
        var left = new Stack<ISymbol>();
        left.Push(function);
        while (left.Count > 0)
        {
            var current = left.Pop();
            if (_started.TryGetValue(current, out var started))
                ways.UnionWith(started);
            // What starts the thread has done its own part before.
            if (IsOpen(current) && (current.Is(function) || !_starters.Contains(current)))
                ways.Add(ThreadWay.Outside);
            else if (TypeSharing.IsLifecycle(current))
                ways.Add(ThreadWay.Lifecycle);
            if (!_callers.TryGetValue(current, out var callers))
                continue;
            foreach (var (operation, owner) in callers)
            {
                if (Enter(operation, owner, ways) is { } caller && seen.Add(caller))
                    left.Push(caller);
            }
        }
        return ways;
    }

    // Adds the way when a lambda around the operation is one; otherwise the function whose callers are to be asked.
    private ISymbol? Enter(IOperation operation, ISymbol? function, HashSet<ThreadWay> ways)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case IAnonymousFunctionOperation when _startedLambdas.TryGetValue(around, out var way):
                    ways.Add(way);
                    return null;
                // Kept by somebody who calls it when he likes.
                case IAnonymousFunctionOperation when DelegateUses.Of(around) != DelegateUse.Now:
                    ways.Add(ThreadWay.Outside);
                    return null;
                case ILocalFunctionOperation local:
                    return Key(local.Symbol);
            }
        }
        // Nobody else has the object, or the type, while it is being made.
        return function is IMethodSymbol { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) } ? Key(function) : null;
    }

    private bool IsOpen(ISymbol function)
    {
        if (_handedOut.Contains(function))
            return true;
        if (function is IMethodSymbol { MethodKind: MethodKind.LocalFunction } || TypeSharing.IsLifecycle(function))
            return false;
        return function.DeclaredAccessibility != Accessibility.Private
            || function is IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: false } or IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: false };
    }

    private static ISymbol Key(ISymbol function) =>
        function is IMethodSymbol method ? Entries.KeyOf(method) : function.OriginalDefinition;
}
