using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The locks that one field holds, whatever the object: what an order of locks is about.</summary>
/// <param name="Key">The field with its type; the type for this and type objects.</param>
/// <param name="Name">The lock as members of its type write it.</param>
/// <param name="Owner">The name of the type it belongs to.</param>
/// <param name="IsThreadAffine">Whether no await can stand while it is held.</param>
internal sealed record LockClass(string Key, string Name, string Owner, bool IsThreadAffine);

/// <summary>A lock that a function takes.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Mode">How it is taken.</param>
/// <param name="IsLater">Whether an await stands before it: then the caller may have gone on, its thread's locks given back.</param>
/// <param name="Hops">The calls between the function and the acquire.</param>
/// <param name="IsForeign">Whether code of other types lies between them: then the lock may be another object's.</param>
internal sealed record LockTake(LockClass Lock, LockMode Mode, bool IsLater, int Hops, bool IsForeign = false);

/// <summary>A call to code of the compilation, with the locks held there.</summary>
/// <param name="Callee">The function that is called.</param>
/// <param name="Held">The locks held there.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="IsLater">Whether an await stands before it.</param>
/// <param name="IsLeft">Whether nobody here waits for its task: what it does behind its first await comes under no lock of the caller.</param>
internal sealed record LockedCall(ISymbol Callee, IReadOnlyList<(LockClass Lock, LockMode Mode)> Held, Location Place, bool IsLater, bool IsLeft);

/// <summary>One lock taken while another is held.</summary>
/// <param name="First">The lock that is held.</param>
/// <param name="FirstMode">How it is held.</param>
/// <param name="Second">The lock that is taken.</param>
/// <param name="SecondMode">How it is taken.</param>
/// <param name="Place">The acquire, or the call that leads to it.</param>
/// <param name="Function">The function, by the name that messages use.</param>
/// <param name="Gates">The other locks that are held exclusively: two edges under one gate cannot meet.</param>
/// <param name="IsForeign">Whether code of other types lies between the two.</param>
internal sealed record LockEdge(LockClass First, LockMode FirstMode, LockClass Second, LockMode SecondMode, Location Place, string Function, IReadOnlyList<string> Gates, bool IsForeign);

/// <summary>What a function takes and calls; the function is null for a lambda that runs at an unknown time.</summary>
internal sealed record FunctionLocks(ISymbol? Function, List<LockTake> Takes, List<LockedCall> Calls);

/// <summary>
/// What the lock orders of one type are made of: no operation and no model is kept, so that those of all types can wait for the
/// end of the compilation.
/// </summary>
/// <param name="Functions">The functions that take locks or call code of the compilation.</param>
/// <param name="Edges">The locks taken while another is held, within one function.</param>
internal sealed record TypeLockOrder(List<FunctionLocks> Functions, List<LockEdge> Edges)
{
    /// <summary>The pairs of locks whose inversion was reported with the type.</summary>
    public HashSet<string> Reported { get; } = new(StringComparer.Ordinal);

    public static TypeLockOrder Of(TypeModel model)
    {
        var functions = new Dictionary<ISymbol, FunctionLocks>(SymbolEqualityComparer.Default);
        var lambdas = new FunctionLocks(null, [], []);
        var edges = new List<LockEdge>();
        var awaits = new FirstAwaits();
        foreach (var acquisition in model.Acquisitions)
        {
            // Who only tries gives way, and cannot wait forever.
            if (!acquisition.IsCertain || acquisition.Term is not { } term || ClassOf(term, acquisition.Function) is not { } taken)
                continue;
            var place = PlaceOf(acquisition.Operation);
            if (acquisition.Function is { } function)
                For(function).Takes.Add(new LockTake(taken, acquisition.Mode, awaits.IsBehind(acquisition.Operation), 0));
            AddEdges(edges, Held(acquisition.Held, acquisition.Function), taken, acquisition.Mode, place, AccessNames.Named(acquisition.Function));
        }
        var assembly = model.Type.ContainingAssembly;
        foreach (var call in model.Calls)
        {
            // An object that is being made has no other thread to wait for.
            if (!assembly.Is(call.Callee.ContainingAssembly) || call.Operation is IObjectCreationOperation or IInvocationOperation { Instance: IObjectCreationOperation })
                continue;
            var list = call.Function is { } function && !call.IsConcurrent ? For(function).Calls : lambdas.Calls;
            list.Add(new LockedCall(call.Callee, Held(call.Held, call.Function), call.Operation.Syntax.GetLocation(), awaits.IsBehind(call.Operation), IsLeft(call.Operation)));
        }
        return new([.. functions.Values, lambdas], edges);

        FunctionLocks For(ISymbol function)
        {
            var key = function is IMethodSymbol method ? Entries.KeyOf(method) : function;
            if (!functions.TryGetValue(key, out var found))
                functions[key] = found = new FunctionLocks(key, [], []);
            return found;
        }
    }

    // `_ = SendAsync();` and `_sending = SendAsync();`
    private static bool IsLeft(IOperation call) =>
        call is IInvocationOperation { TargetMethod: { IsAsync: true } } started && started.DirectAwait() is null
        && started.Parent is IExpressionStatementOperation or IAssignmentOperation or IReturnOperation or IVariableInitializerOperation;

    public static void AddEdges(
        List<LockEdge> edges, IReadOnlyList<(LockClass Lock, LockMode Mode)> held, LockClass taken, LockMode mode, Location place, string function, bool isForeign = false)
    {
        foreach (var (first, firstMode) in held)
        {
            // Locks may be taken again by their holder.
            if (first.Key == taken.Key || held.Any(h => h.Lock.Key == taken.Key))
                continue;
            var gates = held.Where(h => h.Lock.Key != first.Key && h.Mode == LockMode.Exclusive).Select(h => h.Lock.Key).ToList();
            edges.Add(new LockEdge(first, firstMode, taken, mode, place, function, gates, isForeign));
        }
    }

    private static Location PlaceOf(IOperation operation) =>
        operation is IBlockOperation or IMethodBodyOperation ? Location.Create(operation.Syntax.SyntaxTree, new(operation.Syntax.SpanStart, 1)) : operation.Syntax.GetLocation();

    private static List<(LockClass, LockMode)> Held(HeldSet held, ISymbol? function)
    {
        var classes = new List<(LockClass, LockMode)>();
        foreach (var term in held.Must.OrderBy(t => t.Path, StringComparer.Ordinal))
        {
            if (ClassOf(term, function) is { } known)
                classes.Add((known, held.ModeOf(term)));
        }
        return classes;
    }

    // A parameter or local that is locked itself may be any object.
    private static LockClass? ClassOf(GuardTerm term, ISymbol? function)
    {
        if (term.Member is { Name: "SyncRoot" })
            return new(term.Path.Substring(term.Path.IndexOf(':') + 1), term.Text, "", true);
        if (term.Member is { } member)
            return new($"{member.ContainingType.OriginalDefinition.ToDisplayString()}.{member.Name}", member.Name, member.ContainingType.Name, term.IsThreadAffine);
        if (term.IsStatic)
            return new(term.Path, term.Text, "", true);
        return term.IsOwn && function is not null
            ? new($"{function.ContainingType.OriginalDefinition.ToDisplayString()}.this", "this", function.ContainingType.Name, true)
            : null;
    }
}
