using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A lock that is still held where a function ends.</summary>
/// <param name="Site">The acquire.</param>
/// <param name="End">The operation that leaves the function, or whose exception does; null at the end of the body.</param>
/// <param name="IsThrown">Whether an exception ends the function.</param>
/// <param name="Returned">The returned value.</param>
internal sealed record HeldAtEnd(LockSite Site, IOperation? End, bool IsThrown, IOperation? Returned);

/// <summary>A release on a path whose acquire did not take the lock.</summary>
/// <param name="Site">The acquire.</param>
/// <param name="Release">The release.</param>
/// <param name="Cause">What failed before or instead of the acquire; null when only its result says so.</param>
/// <param name="IsExpected">Whether the failure is one that authors expect.</param>
internal sealed record ReleaseUnheld(LockSite Site, LockSite Release, IOperation? Cause, bool IsExpected);

/// <summary>What a function has too much of for all of its paths to be followed.</summary>
internal enum FlowLimit
{
    None,

    /// <summary>More acquires than a state can hold.</summary>
    Acquires,

    /// <summary>More states than are visited.</summary>
    States,

    /// <summary>More conditions than can be told apart; what is held is known, on which of two paths is not.</summary>
    Conditions,
}

/// <summary>
/// The locks that explicit acquire and release calls hold at each step of one function: all paths through its control flow
/// graph, exceptions and finally blocks included, each with the locks it holds and the conditions it has passed.
/// </summary>
internal sealed class HeldFlow
{
    // Far above what written code needs; a function beyond it is said to be unknown, not free, and AnalysisLimit says so aloud.
    public const int MostStates = 20_000;
    public const int MostAcquires = 60;

    private readonly ControlFlowGraph _graph;
    private readonly HeldFlowEvents _events;
    private readonly Dictionary<SyntaxNode, (int Block, int Event)> _positions = [];
    private readonly IReadOnlyList<HeldEvent>[] _steps;
    private HeldFlowWalk? _walk;

    private HeldFlow(ControlFlowGraph graph, HeldFlowEvents events)
    {
        _graph = graph;
        _events = events;
        _steps = new IReadOnlyList<HeldEvent>[graph.Blocks.Length];
        foreach (var block in graph.Blocks)
            _steps[block.Ordinal] = events.Of(block, _positions);
    }

    /// <summary>Whether the function is too large to follow; then every place in it is uncertain.</summary>
    public bool IsGivenUp => _walk is null;

    public FlowLimit Limit { get; private set; }

    /// <summary>The locks still held where the function ends; none when conditions are not told apart, for then no path is certain.</summary>
    public IReadOnlyCollection<HeldAtEnd> Ends => Limit == FlowLimit.None ? _walk!.Ends : [];

    /// <summary>The releases without a lock, as certain as <see cref="Ends"/>.</summary>
    public IReadOnlyCollection<ReleaseUnheld> Unheld => Limit == FlowLimit.None ? _walk!.Unheld : [];

    /// <summary>The places that hand the thread back, with the acquire whose lock only that thread can release.</summary>
    public IReadOnlyCollection<(LockSite Site, IOperation Place)> Suspended => _walk?.Suspended ?? [];

    /// <summary>Follows all paths of a function.</summary>
    public static HeldFlow Of(ControlFlowGraph graph, IReadOnlyList<LockSite> sites, ThrowingCalls throwing, LockWrappers wrappers, CancellationToken cancellationToken)
    {
        var flow = new HeldFlow(graph, new HeldFlowEvents(sites, throwing, wrappers));
        if (flow._events.Acquires.Count > MostAcquires)
            flow.Limit = FlowLimit.Acquires;
        else if ((flow._walk = flow.Walk(acquiresOnly: false, cancellationToken)) is null)
            flow.Limit = (flow._walk = flow.Walk(acquiresOnly: true, cancellationToken)) is null ? FlowLimit.States : FlowLimit.Conditions;
        return flow;
    }

    /// <summary>The acquires whose lock is certainly held just before the operation, and those whose lock may be.</summary>
    public void At(IOperation operation, List<LockSite> must, List<LockSite> may)
    {
        if (Position(operation) is not { } position || _walk?.At(position.Block, position.Event) is not { } held)
        {
            may.AddRange(_events.Acquires);
            return;
        }
        for (var i = 0; i < _events.Acquires.Count; i++)
        {
            if ((held.Must & HeldState.Bit(i)) != 0)
                must.Add(_events.Acquires[i]);
            else if ((held.May & HeldState.Bit(i)) != 0)
                may.Add(_events.Acquires[i]);
        }
    }

    private (int Block, int Event)? Position(IOperation operation)
    {
        // The graph takes statements and conditions apart: they begin where their first part does.
        for (var part = operation; part is not null; part = part.ChildOperations.FirstOrDefault())
        {
            if (_positions.TryGetValue(part.Syntax, out var first))
                return first;
        }
        // It has no operation for some nodes; those around them say as much.
        for (var node = operation.Syntax; node is not null; node = node.Parent)
        {
            if (_positions.TryGetValue(node, out var position))
                return position;
        }
        return null;
    }

    private HeldFlowWalk? Walk(bool acquiresOnly, CancellationToken cancellationToken)
    {
        var facts = new HeldFlowFacts(_events, _graph, _steps, acquiresOnly);
        if (facts.IsFull)
            Limit = FlowLimit.Conditions;
        var walk = new HeldFlowWalk(_graph, _steps, facts, _events.Acquires);
        return walk.Run(MostStates, cancellationToken) ? walk : null;
    }
}
