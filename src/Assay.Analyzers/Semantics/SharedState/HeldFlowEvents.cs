using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

internal enum HeldEventKind
{
    Acquire,
    Release,
    Blur,
    Suspend,
    Throw,
    NeverReturn,
    EndProcess,
    Assign,
}

/// <summary>A step of a block that changes what is held or known.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Operation">The operation of the graph.</param>
/// <param name="Site">The acquire or release call; null for other events.</param>
/// <param name="Index">The index of an acquire.</param>
/// <param name="Sites">The acquires that a release or a hand-over ends.</param>
/// <param name="Path">The variable that is assigned.</param>
/// <param name="Value">The value it gets, when the graph shows it.</param>
internal readonly record struct HeldEvent(HeldEventKind Kind, IOperation Operation, LockSite? Site = null, int Index = -1, ulong Sites = 0, string? Path = null, IOperation? Value = null);

/// <summary>Reads the events of the blocks of one function in the order of evaluation.</summary>
internal sealed class HeldFlowEvents
{
    private readonly Dictionary<SyntaxNode, LockSite> _sites = [];
    private readonly List<LockSite> _acquires = [];
    private readonly ThrowingCalls _throwing;
    private readonly LockWrappers _wrappers;

    public HeldFlowEvents(IReadOnlyList<LockSite> sites, ThrowingCalls throwing, LockWrappers wrappers)
    {
        _throwing = throwing;
        _wrappers = wrappers;
        foreach (var site in sites)
        {
            _sites[site.Syntax] = site;
            if (site.IsAcquire)
                _acquires.Add(site);
        }
    }

    /// <summary>The acquires of the function; their index is their bit.</summary>
    public IReadOnlyList<LockSite> Acquires => _acquires;

    /// <summary>What the captures of the graph stand for, where it is a variable.</summary>
    public Dictionary<CaptureId, string> Captures { get; } = [];

    public List<HeldEvent> Of(BasicBlock block, Dictionary<SyntaxNode, (int Block, int Event)> positions)
    {
        var events = new List<HeldEvent>();
        foreach (var operation in block.Operations)
            Collect(operation, events, block.Ordinal, positions);
        if (block.BranchValue is { } value)
            Collect(value, events, block.Ordinal, positions);
        return events;
    }

    /// <summary>The index of the acquire that a syntax node is; -1 for none.</summary>
    public int IndexOf(SyntaxNode syntax) => _sites.TryGetValue(syntax, out var site) && site.IsAcquire ? _acquires.IndexOf(site) : -1;

    private void Collect(IOperation operation, List<HeldEvent> events, int block, Dictionary<SyntaxNode, (int Block, int Event)> positions)
    {
        foreach (var child in operation.ChildOperations)
            Collect(child, events, block, positions);
        if (!positions.ContainsKey(operation.Syntax))
            positions[operation.Syntax] = (block, events.Count);
        switch (operation)
        {
            case IInvocationOperation { IsImplicit: false } call:
                OfCall(call, events);
                break;
            case IObjectCreationOperation creation when _wrappers.IsGiven(creation, _acquires) is not 0 and var given:
                events.Add(new(HeldEventKind.Blur, operation, Sites: given));
                break;
            case IFlowAnonymousFunctionOperation or IMethodReferenceOperation when _wrappers.ReleasedBy(operation, _acquires) is not 0 and var released:
                events.Add(new(HeldEventKind.Blur, operation, Sites: released));
                break;
            case IAwaitOperation:
                if (_throwing.MayThrow(operation))
                    events.Add(new(HeldEventKind.Throw, operation));
                events.Add(new(HeldEventKind.Suspend, operation));
                break;
            case IReturnOperation { Kind: OperationKind.YieldReturn }:
                events.Add(new(HeldEventKind.Suspend, operation));
                break;
            case IFlowCaptureOperation capture:
                OfCapture(capture, events);
                break;
            default:
                OfAssignment(operation, events);
                break;
        }
    }

    private void OfCall(IInvocationOperation call, List<HeldEvent> events)
    {
        if (_sites.TryGetValue(call.Syntax, out var site))
        {
            var sites = site.Key is null ? ulong.MaxValue : SitesOf(site.Key);
            if (site.IsAcquire)
                events.Add(new(HeldEventKind.Acquire, call, site, _acquires.IndexOf(site), sites, LockPaths.Of(site.Taken, null)));
            else
                events.Add(new(site.Key is null || site.IsCounted ? HeldEventKind.Blur : HeldEventKind.Release, call, site, Sites: sites));
            return;
        }
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is not (RefKind.Ref or RefKind.Out) || LockPaths.Of(argument.Value, Captures) is not { } path)
                continue;
            events.Add(new(HeldEventKind.Assign, call, Path: path));
            // Who is given `lockTaken` to change gives the lock back, or takes it.
            if (TakenBy(path) is not 0 and var told)
                events.Add(new(HeldEventKind.Blur, call, Sites: told));
        }
        if (ThrowingCalls.EndsProcess(call.TargetMethod))
            events.Add(new(HeldEventKind.EndProcess, call));
        else if (ThrowingCalls.NeverReturns(call.TargetMethod))
            events.Add(new(HeldEventKind.NeverReturn, call));
        else if (_throwing.MayThrow(call))
            events.Add(new(HeldEventKind.Throw, call));
        if (_wrappers.TouchedBy(call, _acquires) is not 0 and var touched)
            events.Add(new(HeldEventKind.Blur, call, Sites: touched));
    }

    private void OfCapture(IFlowCaptureOperation capture, List<HeldEvent> events)
    {
        // The same capture gets a value on each side of a condition.
        if (capture.Value.ConstantValue.HasValue || LockPaths.Of(capture.Value, Captures) is not { } path)
            events.Add(new(HeldEventKind.Assign, capture, Path: $"capture@{capture.Id.GetHashCode()}", Value: capture.Value));
        else
            Captures[capture.Id] = path;
    }

    private void OfAssignment(IOperation operation, List<HeldEvent> events)
    {
        var (target, value) = operation switch
        {
            ISimpleAssignmentOperation assignment => (assignment.Target, assignment.Value),
            IAssignmentOperation assignment => (assignment.Target, null),
            IIncrementOrDecrementOperation step => (step.Target, null),
            _ => ((IOperation?)null, (IOperation?)null),
        };
        if (target is not null && LockPaths.Of(target, Captures) is { } path)
            events.Add(new(HeldEventKind.Assign, operation, Path: path, Value: value));
    }

    // The acquires that leave in this variable whether they took the lock.
    private ulong TakenBy(string path)
    {
        var sites = 0UL;
        for (var i = 0; i < _acquires.Count; i++)
        {
            if (_acquires[i].Taken is { } taken && LockPaths.Of(taken, null) == path)
                sites |= HeldState.Bit(i);
        }
        return sites;
    }

    private ulong SitesOf(string key)
    {
        var sites = 0UL;
        for (var i = 0; i < _acquires.Count; i++)
        {
            if (_acquires[i].Key == key)
                sites |= HeldState.Bit(i);
        }
        return sites;
    }
}
