using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Visits every block of a function in every state it can be entered with.</summary>
internal sealed class HeldFlowWalk(ControlFlowGraph graph, IReadOnlyList<HeldEvent>[] steps, HeldFlowFacts facts, IReadOnlyList<LockSite> acquires)
{
    private readonly Stack<(BasicBlock Block, HeldState State, IOperation? Cause)> _work = new();
    private readonly HashSet<(int Block, HeldState State)> _visited = [];
    private readonly (ulong Must, ulong May)?[][] _held = [.. steps.Select(s => new (ulong, ulong)?[s.Count + 1])];
    private readonly Dictionary<(LockSite, IOperation?, bool), HeldAtEnd> _ends = [];
    private readonly Dictionary<(LockSite, LockSite), ReleaseUnheld> _unheld = [];
    private readonly HashSet<(LockSite Site, IOperation Place)> _suspended = [];
    private int _left;

    public IReadOnlyCollection<HeldAtEnd> Ends => _ends.Values;

    public IReadOnlyCollection<ReleaseUnheld> Unheld => _unheld.Values;

    public IReadOnlyCollection<(LockSite Site, IOperation Place)> Suspended => _suspended;

    /// <summary>The acquires held before a step on all expected paths, and on any; null where no path leads.</summary>
    public (ulong Must, ulong May)? At(int block, int step) => _held[block][step];

    /// <summary>Visits all states; false when there are more than <paramref name="most"/>.</summary>
    public bool Run(int most, CancellationToken cancellationToken)
    {
        _left = most;
        Visit(graph.Blocks[0], default, null);
        while (_work.Count > 0)
        {
            if (_left <= 0)
                return false;
            cancellationToken.ThrowIfCancellationRequested();
            var (block, state, cause) = _work.Pop();
            Pass(block, 0, state, cause);
        }
        return _left > 0;
    }

    private void Visit(BasicBlock block, HeldState state, IOperation? cause)
    {
        if (_visited.Add((block.Ordinal, state)))
            _work.Push((block, state, cause));
    }

    private void Pass(BasicBlock block, int from, HeldState state, IOperation? cause)
    {
        // Every try splits the state, those of one block too: twenty in a row are a million ways.
        if (_left-- <= 0)
            return;
        var events = steps[block.Ordinal];
        for (var i = from; i < events.Count; i++)
        {
            Note(block, i, state);
            var step = events[i];
            switch (step.Kind)
            {
                case HeldEventKind.Acquire:
                    if (step.Site!.IsTry)
                        Pass(block, i + 1, facts.Result(state.Fail(step.Index), step.Index, step.Path, isHeld: false), step.Operation);
                    else
                        Throw(block, step.Operation, state.Fail(step.Index) with { IsFarFetched = state.IsFarFetched || !step.Site.CanBeCancelled });
                    // The caller's lock, given back for a while.
                    var own = (state.Lent & HeldState.Bit(step.Index)) == 0 ? state.Acquire(step.Index) : state.TakeBack(step.Sites);
                    state = facts.Result(own, step.Index, step.Path, isHeld: true);
                    if (!step.Site.IsDone)
                        state = state.Blur(HeldState.Bit(step.Index));
                    break;
                case HeldEventKind.Release:
                    state = Release(block, step, state, cause);
                    break;
                case HeldEventKind.Blur:
                    state = state.Blur(step.Sites);
                    break;
                case HeldEventKind.Suspend:
                    state = Suspend(step.Operation, state);
                    break;
                case HeldEventKind.Throw:
                    Throw(block, step.Operation, state);
                    break;
                case HeldEventKind.NeverReturn:
                    Throw(block, step.Operation, state);
                    return;
                case HeldEventKind.EndProcess:
                    return;
                case HeldEventKind.Assign:
                    state = facts.Assign(state, step.Path!, step.Value);
                    break;
            }
        }
        Note(block, events.Count, state);
        Leave(block, state, cause);
    }

    private void Note(BasicBlock block, int step, HeldState state)
    {
        ref var held = ref _held[block.Ordinal][step];
        held = held is { } before
            ? (before.Must & state.Held, before.May | state.Held | state.Blurred)
            : (state.Held, state.Held | state.Blurred);
        // Anything may throw; where somebody listens, it has to be known what is held then.
        if (!state.IsFarFetched)
            Unwind(block.EnclosingRegion, state with { IsFarFetched = true }, null);
    }

    private HeldState Release(BasicBlock block, HeldEvent step, HeldState state, IOperation? cause)
    {
        var held = (state.Held | state.Blurred) & step.Sites;
        if (held == 0)
        {
            return NoteUnheld(block, step, state, cause) ? state : state.Lend(step.Sites);
        }
        // A lock taken twice is given back in the reverse order.
        for (var i = acquires.Count - 1; i >= 0; i--)
        {
            if ((held & HeldState.Bit(i)) != 0 && (acquires[i].Syntax.SpanStart < step.Operation.Syntax.SpanStart || held == HeldState.Bit(i)))
                return state.Release(HeldState.Bit(i));
        }
        return state.Release(held);
    }

    private bool NoteUnheld(BasicBlock block, HeldEvent step, HeldState state, IOperation? cause)
    {
        var isMissing = false;
        for (var i = 0; i < acquires.Count; i++)
        {
            if ((step.Sites & HeldState.Bit(i)) == 0)
                continue;
            if ((state.Failed & HeldState.Bit(i)) == 0 && (state.IsFarFetched || !IsInFinallyOver(block, acquires[i])))
                continue;
            isMissing = true;
            var key = (acquires[i], step.Site!);
            if (!_unheld.TryGetValue(key, out var known) || !known.IsExpected && !state.IsFarFetched)
                _unheld[key] = new(acquires[i], step.Site!, cause, !state.IsFarFetched);
        }
        return isMissing;
    }

    // The try block that the finally ends holds the acquire, and this path left it before.
    private bool IsInFinallyOver(BasicBlock block, LockSite site)
    {
        for (var region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region.Kind != ControlFlowRegionKind.Finally || region.EnclosingRegion is not { } around)
                continue;
            for (var i = around.FirstBlockOrdinal; i < region.FirstBlockOrdinal; i++)
            {
                foreach (var step in steps[i])
                {
                    if (step.Site == site)
                        return true;
                }
            }
        }
        return false;
    }

    private HeldState Suspend(IOperation place, HeldState state)
    {
        var affine = 0UL;
        for (var i = 0; i < acquires.Count; i++)
        {
            if ((state.Held & HeldState.Bit(i)) == 0 || !acquires[i].IsThreadAffine)
                continue;
            affine |= HeldState.Bit(i);
            if (!state.IsFarFetched)
                _suspended.Add((acquires[i], place));
        }
        return state.Blur(affine);
    }

    private void Leave(BasicBlock block, HeldState state, IOperation? cause)
    {
        if (block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is { } condition)
        {
            var isTrue = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
            if (block.ConditionalSuccessor is { } taken && facts.Where(state, condition, isTrue) is { } whenTaken)
                Follow(block, taken, whenTaken, cause);
            if (block.FallThroughSuccessor is { } other && facts.Where(state, condition, !isTrue) is { } otherwise)
                Follow(block, other, otherwise, cause);
            return;
        }
        if (block.ConditionalSuccessor is { } conditional)
            Follow(block, conditional, state, cause);
        if (block.FallThroughSuccessor is { } next)
            Follow(block, next, state, cause);
    }

    private void Follow(BasicBlock block, ControlFlowBranch branch, HeldState state, IOperation? cause)
    {
        switch (branch.Semantics)
        {
            case ControlFlowBranchSemantics.Throw:
                Unwind(block.EnclosingRegion, state, block.BranchValue);
                break;
            case ControlFlowBranchSemantics.Rethrow:
                Unwind(block.EnclosingRegion, state, cause);
                break;
            case ControlFlowBranchSemantics.StructuredExceptionHandling:
                Resume(block, state, cause);
                break;
            case ControlFlowBranchSemantics.ProgramTermination or ControlFlowBranchSemantics.Error:
                break;
            default:
                FollowFrom(branch, 0, state, block, cause);
                break;
        }
    }

    // Runs the finally blocks that the branch leaves, one after the other, and then goes where it leads.
    private void FollowFrom(ControlFlowBranch branch, int index, HeldState state, BasicBlock block, IOperation? cause)
    {
        if (index < branch.FinallyRegions.Length)
        {
            var region = branch.FinallyRegions[index];
            Visit(graph.Blocks[region.FirstBlockOrdinal], state with { Next = new AfterFinally(branch, index + 1, null, state.Next) }, cause);
        }
        else if (branch.Destination is { Kind: BasicBlockKind.Exit })
        {
            End(branch.Source, state, cause);
        }
        else if (branch.Destination is { } destination)
        {
            Visit(destination, state, cause);
        }
    }

    // A finally block is done: what led to it goes on.
    private void Resume(BasicBlock block, HeldState state, IOperation? cause)
    {
        if (state.Next is not { } next || !FlowRegions.IsIn(block, ControlFlowRegionKind.Finally))
            return;
        state = state with { Next = next.Outer };
        if (next.Branch is { } branch)
            FollowFrom(branch, next.Index, state, block, cause);
        else
            Unwind(next.Left!.EnclosingRegion, state, cause);
    }

    private void Throw(BasicBlock block, IOperation thrower, HeldState state) => Unwind(block.EnclosingRegion, state, thrower);

    private void Unwind(ControlFlowRegion? region, HeldState state, IOperation? cause)
    {
        for (; region is { Kind: not ControlFlowRegionKind.Root, EnclosingRegion: { } around }; region = around)
        {
            if (region.Kind == ControlFlowRegionKind.Finally)
                state = state with { Next = state.Next?.Outer };
            if (region.Kind != ControlFlowRegionKind.Try)
                continue;
            var isCaught = false;
            foreach (var handler in around.NestedRegions)
            {
                if (handler.Kind == ControlFlowRegionKind.Try)
                    continue;
                var isFinally = handler.Kind == ControlFlowRegionKind.Finally;
                isCaught |= isFinally || handler.Kind == ControlFlowRegionKind.Catch && FlowRegions.IsCatchAll(handler.ExceptionType);
                Visit(graph.Blocks[handler.FirstBlockOrdinal], isFinally ? state with { Next = new AfterFinally(null, 0, around, state.Next) } : Caught(handler, state), cause);
            }
            if (isCaught)
                return;
        }
        if (state.IsFarFetched)
            return;
        for (var i = 0; i < acquires.Count; i++)
        {
            var key = (acquires[i], cause, true);
            if ((state.Held & HeldState.Bit(i)) != 0 && !_ends.ContainsKey(key))
                _ends[key] = new(acquires[i], cause, true, null);
        }
    }

    // Who is told that a mutex was abandoned owns it from then on.
    private HeldState Caught(ControlFlowRegion handler, HeldState state)
    {
        if (handler.ExceptionType is not { Name: "AbandonedMutexException" })
            return state;
        for (var i = 0; i < acquires.Count; i++)
        {
            if ((state.Failed & HeldState.Bit(i)) != 0 && acquires[i].Type == "Mutex")
                state = state.Acquire(i);
        }
        return state;
    }

    private void End(BasicBlock last, HeldState state, IOperation? cause)
    {
        if (state.IsFarFetched)
            return;
        var returned = last.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return ? last.BranchValue : null;
        for (var i = 0; i < acquires.Count; i++)
        {
            var end = returned ?? cause;
            var key = (acquires[i], end, false);
            if ((state.Held & HeldState.Bit(i)) != 0 && !_ends.ContainsKey(key))
                _ends[key] = new(acquires[i], end, false, returned);
        }
    }
}
