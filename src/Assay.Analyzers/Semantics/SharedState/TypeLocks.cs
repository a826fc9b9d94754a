using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A function of a type that acquires or releases a lock by calls.</summary>
/// <param name="Member">The member around it.</param>
/// <param name="Symbol">The method, accessor or local function; null for a lambda.</param>
/// <param name="Sites">Its acquire and release calls, without those of lambdas and local functions in it.</param>
/// <param name="Flow">The locks held at each step; null when the compiler gives no graph.</param>
internal sealed record LockingFunction(ISymbol Member, ISymbol? Symbol, IReadOnlyList<LockSite> Sites, HeldFlow? Flow)
{
    /// <summary>The function by the name that messages use.</summary>
    public string Name => Symbol switch
    {
        IMethodSymbol { AssociatedSymbol: { } property } => property.Name,
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor => constructor.ContainingType.Name,
        { } symbol => symbol.Name,
        null => "the lambda",
    };
}

/// <summary>The acquire and release calls of all bodies of a type, and the paths through the functions that make them.</summary>
internal sealed class TypeLocks
{
    private readonly Dictionary<IOperation, Dictionary<SyntaxNode, LockingFunction>> _byRoot = [];
    private readonly List<LockingFunction> _functions = [];
    private readonly HashSet<string> _signals = new(StringComparer.Ordinal);
    private readonly ThrowingCalls _throwing;

    public TypeLocks(IReadOnlyList<Body> bodies, KnownTypes types, CancellationToken cancellationToken)
    {
        _throwing = new ThrowingCalls(method => types.BodyOf(method, cancellationToken));
        var sites = SitesOf(bodies, cancellationToken);
        if (sites.Count == 0)
            return;
        FindSignals(bodies, cancellationToken);
        foreach (var (_, calls) in sites)
            calls.RemoveAll(site => site.Key is { } key && _signals.Contains(key));
        foreach (var (body, calls) in sites)
        {
            foreach (var function in calls.GroupBy(site => site.Function))
                Wrappers.Add(SymbolOf(function.Key, body.Owner), function.Key is IAnonymousFunctionOperation lambda ? lambda.Syntax : null, [.. function]);
        }
        foreach (var (body, calls) in sites)
            AddFlows(body, calls, cancellationToken);
    }

    /// <summary>The functions with acquire or release calls, in the order of the bodies.</summary>
    public IReadOnlyList<LockingFunction> Functions => _functions;

    public LockWrappers Wrappers { get; } = new();

    /// <summary>The function around the operation; null when it makes no acquire or release call.</summary>
    public LockingFunction? FunctionAround(IOperation operation)
    {
        if (_byRoot.Count == 0 || !_byRoot.TryGetValue(operation.Root(), out var functions))
            return null;
        return functions.TryGetValue((LockSite.FunctionAround(operation) ?? operation.Root()).Syntax, out var function) ? function : null;
    }

    private static List<(Body Body, List<LockSite> Sites)> SitesOf(IReadOnlyList<Body> bodies, CancellationToken cancellationToken)
    {
        var found = new List<(Body, List<LockSite>)>();
        var seen = new HashSet<IOperation>();
        foreach (var body in bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A constructor's initializer and block are two bodies of one operation.
            var root = body.Operation.Root();
            if (!seen.Add(root))
                continue;
            var sites = new List<LockSite>();
            foreach (var operation in root.Descendants())
            {
                if (operation is IInvocationOperation call && LockPrimitives.Of(call) is { } known)
                    sites.Add(new LockSite(known));
            }
            if (sites.Count > 0)
                found.Add((new Body(body.Owner, root), sites));
        }
        return found;
    }

    // A semaphore that starts empty tells one thread that another is done; whoever waits on it has nothing to give back.
    private void FindSignals(IReadOnlyList<Body> bodies, CancellationToken cancellationToken)
    {
        foreach (var body in bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (operation is not IObjectCreationOperation { Type.Name: "SemaphoreSlim", Arguments: { Length: > 0 } arguments } creation || arguments.At(0).Value.ConstantValue is not { HasValue: true, Value: 0 })
                    continue;
                foreach (var path in Holders(creation))
                    _signals.Add(path);
            }
        }
    }

    private static IEnumerable<string> Holders(IOperation creation)
    {
        var parent = creation.Parent;
        while (parent is IConversionOperation or IVariableInitializerOperation or ICoalesceOperation)
            parent = parent.Parent;
        switch (parent)
        {
            case IFieldInitializerOperation initializer:
                foreach (var field in initializer.InitializedFields)
                    yield return field.IsStatic ? field.ContainingType.ToDisplayString() + "." + field.Name : "this." + field.Name;
                break;
            case IPropertyInitializerOperation initializer:
                foreach (var property in initializer.InitializedProperties)
                    yield return property.IsStatic ? property.ContainingType.ToDisplayString() + "." + property.Name : "this." + property.Name;
                break;
            case IAssignmentOperation assignment when LockPaths.Of(assignment.Target, null) is { } path:
                yield return path;
                break;
            case IVariableDeclaratorOperation declarator:
                yield return LockPaths.OfLocal(declarator.Symbol);
                break;
        }
    }

    private static ISymbol? SymbolOf(IOperation? function, ISymbol owner) => function switch
    {
        ILocalFunctionOperation local => local.Symbol.OriginalDefinition,
        IAnonymousFunctionOperation => null,
        _ => owner.OriginalDefinition,
    };

    private void AddFlows(Body body, List<LockSite> sites, CancellationToken cancellationToken)
    {
        if (sites.Count == 0)
            return;
        var graph = Graphs.Of(body.Operation, cancellationToken);
        var functions = new Dictionary<SyntaxNode, LockingFunction>();
        foreach (var group in sites.GroupBy(site => site.Function))
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<LockSite> own = [.. group];
            var flow = graph is not null && GraphOf(group.Key, graph, cancellationToken) is { } part ? HeldFlow.Of(part, own, _throwing, Wrappers, cancellationToken) : null;
            var function = new LockingFunction(body.Owner, SymbolOf(group.Key, body.Owner), own, flow);
            functions[(group.Key ?? body.Operation).Syntax] = function;
            _functions.Add(function);
        }
        _byRoot[body.Operation] = functions;
    }

    // The graph of a lambda is reached through the graph of the function that holds it.
    private static ControlFlowGraph? GraphOf(IOperation? function, ControlFlowGraph root, CancellationToken cancellationToken)
    {
        if (function is null)
            return root;
        if (GraphOf(LockSite.FunctionAround(function), root, cancellationToken) is not { } outer)
            return null;
        if (function is ILocalFunctionOperation local)
            return outer.LocalFunctions.Contains(local.Symbol) ? outer.GetLocalFunctionControlFlowGraph(local.Symbol, cancellationToken) : null;
        foreach (var block in outer.Blocks)
        {
            foreach (var operation in block.Operations.Concat(block.BranchValue is { } value ? [value] : []))
            {
                foreach (var descendant in operation.DescendantsAndSelf())
                {
                    if (descendant is IFlowAnonymousFunctionOperation lambda && lambda.Syntax == function.Syntax)
                        return outer.GetAnonymousFunctionControlFlowGraph(lambda, cancellationToken);
                }
            }
        }
        return null;
    }
}
