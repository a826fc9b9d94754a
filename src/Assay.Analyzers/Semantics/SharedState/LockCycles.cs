using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Two places that take the same two locks in opposite order.</summary>
internal sealed record LockCycle(string Pair, LockEdge Here, LockEdge There);

/// <summary>Follows calls to the locks behind them, and finds pairs of locks that are taken both ways round.</summary>
internal static class LockCycles
{
    // Longer chains of calls hold conditions that no summary knows.
    private const int MostHops = 3;

    /// <summary>The cycles among the functions of the given types, each pair of locks once.</summary>
    public static List<LockCycle> Among(IReadOnlyList<TypeLockOrder> orders, CancellationToken cancellationToken)
    {
        var edges = new List<LockEdge>();
        foreach (var order in orders)
            edges.AddRange(order.Edges);
        AddEdgesThroughCalls(edges, orders, cancellationToken);
        var byPair = new Dictionary<string, List<LockEdge>>(StringComparer.Ordinal);
        var cycles = new List<LockCycle>();
        foreach (var edge in edges)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var forward = string.CompareOrdinal(edge.First.Key, edge.Second.Key) < 0;
            var pair = forward ? $"{edge.First.Key}|{edge.Second.Key}" : $"{edge.Second.Key}|{edge.First.Key}";
            if (!byPair.TryGetValue(pair, out var seen))
                byPair[pair] = seen = [];
            if (!cycles.Exists(c => c.Pair == pair) && seen.Find(other => Meets(other, edge)) is { } opposite)
                cycles.Add(new LockCycle(pair, opposite, edge));
            seen.Add(edge);
        }
        return cycles;
    }

    private static bool Meets(LockEdge a, LockEdge b)
    {
        if (a.First.Key != b.Second.Key || a.Second.Key != b.First.Key)
            return false;
        // Readers do not wait for readers.
        if (a.SecondMode == LockMode.Read && b.FirstMode == LockMode.Read || b.SecondMode == LockMode.Read && a.FirstMode == LockMode.Read)
            return false;
        // Whoever holds the common gate is alone with the two.
        return !a.Gates.Any(b.Gates.Contains);
    }

    private static void AddEdgesThroughCalls(List<LockEdge> edges, IReadOnlyList<TypeLockOrder> orders, CancellationToken cancellationToken)
    {
        var functions = new Dictionary<ISymbol, FunctionLocks>(SymbolEqualityComparer.Default);
        foreach (var order in orders)
        {
            foreach (var function in order.Functions)
            {
                if (function.Function is { } symbol)
                    functions[symbol] = function;
            }
        }
        var targets = new CallTargets(functions.Keys);
        var taken = TakenBy(functions, targets, cancellationToken);
        foreach (var order in orders)
        {
            foreach (var function in order.Functions)
            {
                foreach (var call in function.Calls)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (call.Held.Count == 0 || targets.Of(call.Callee) is not { } target || !taken.TryGetValue(target, out var takes))
                        continue;
                    foreach (var take in takes.Values)
                    {
                        if (take.IsLater && call.IsLeft)
                            continue;
                        var held = take.IsLater ? call.Held.Where(h => !h.Lock.IsThreadAffine).ToList() : call.Held;
                        TypeLockOrder.AddEdges(edges, held, take.Lock, take.Mode, call.Place, AccessNames.Named(function.Function), take.IsForeign || !IsOneType(function.Function, target));
                    }
                }
            }
        }
    }

    private static bool IsOneType(ISymbol? one, ISymbol other) => one is not null && one.ContainingType.Is(other.ContainingType);

    // What each function takes, its callees' locks included; only ever more, which ends the rounds.
    private static Dictionary<ISymbol, Dictionary<string, LockTake>> TakenBy(
        Dictionary<ISymbol, FunctionLocks> functions, CallTargets targets, CancellationToken cancellationToken)
    {
        var taken = new Dictionary<ISymbol, Dictionary<string, LockTake>>(SymbolEqualityComparer.Default);
        var callers = new Dictionary<ISymbol, List<(ISymbol Caller, LockedCall Call)>>(SymbolEqualityComparer.Default);
        var open = new Queue<ISymbol>();
        foreach (var pair in functions)
        {
            foreach (var take in pair.Value.Takes)
                Add(pair.Key, take);
            foreach (var call in pair.Value.Calls)
            {
                if (targets.Of(call.Callee) is not { } target)
                    continue;
                if (!callers.TryGetValue(target, out var list))
                    callers[target] = list = [];
                list.Add((pair.Key, call));
            }
        }
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var function = open.Dequeue();
            if (!callers.TryGetValue(function, out var list))
                continue;
            foreach (var take in taken[function].Values.ToList())
            {
                if (take.Hops == MostHops)
                    continue;
                foreach (var (caller, call) in list)
                {
                    if (!take.IsLater || !call.IsLeft)
                        Add(caller, take with { Hops = take.Hops + 1, IsLater = take.IsLater || call.IsLater, IsForeign = take.IsForeign || !IsOneType(caller, function) });
                }
            }
        }
        return taken;

        void Add(ISymbol function, LockTake take)
        {
            if (!taken.TryGetValue(function, out var takes))
                taken[function] = takes = new(StringComparer.Ordinal);
            var key = $"{take.Lock.Key}{(take.IsLater ? " later" : "")}{(take.IsForeign ? " elsewhere" : "")}";
            if (takes.TryGetValue(key, out var known) && known.Mode >= take.Mode && known.Hops <= take.Hops)
                return;
            takes[key] = known is null || take.Mode >= known.Mode ? take : take with { Mode = known.Mode };
            open.Enqueue(function);
        }
    }

    /// <summary>The function that a call runs: the only one with locks that overrides or implements the called member.</summary>
    private sealed class CallTargets
    {
        private readonly HashSet<ISymbol> _functions;
        private readonly Dictionary<ISymbol, ISymbol?> _implementing = new(SymbolEqualityComparer.Default);

        public CallTargets(IEnumerable<ISymbol> functions)
        {
            _functions = new(functions, SymbolEqualityComparer.Default);
            foreach (var function in _functions)
            {
                if (function is not (IMethodSymbol or IPropertySymbol) || function.ContainingType is not { } type)
                    continue;
                for (var overridden = Overridden(function); overridden is not null; overridden = Overridden(overridden))
                    Note(overridden, function);
                foreach (var @interface in type.AllInterfaces)
                {
                    foreach (var member in @interface.GetMembers(NameIn(function)))
                    {
                        if (function.Is(type.FindImplementationForInterfaceMember(member)))
                            Note(member, function);
                    }
                }
            }
        }

        public ISymbol? Of(ISymbol callee)
        {
            if (_implementing.TryGetValue(callee, out var only))
                return _functions.Contains(callee) ? null : only;
            return _functions.Contains(callee) ? callee : null;
        }

        // Which of several is meant cannot be told.
        private void Note(ISymbol member, ISymbol function)
        {
            var key = member.OriginalDefinition;
            _implementing[key] = _implementing.ContainsKey(key) ? null : function;
        }

        private static string NameIn(ISymbol function) => function.Name.Substring(function.Name.LastIndexOf('.') + 1);

        private static ISymbol? Overridden(ISymbol function) =>
            (ISymbol?)(function as IMethodSymbol)?.OverriddenMethod ?? (function as IPropertySymbol)?.OverriddenProperty;
    }
}
