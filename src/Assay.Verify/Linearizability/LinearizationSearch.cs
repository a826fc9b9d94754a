namespace Assay.Verify;

/// <summary>How a search ended.</summary>
internal enum SearchEnd
{
    Found,
    Impossible,
    OutOfBudget,
}

/// <summary>
/// Wing and Gong's search for a legal order ("Testing and verifying concurrent objects", 1993) with Lowe's memory of configurations
/// ("Testing for linearizability", 2017): a pair of placed calls and model state is entered once. Iterative, so its depth is bounded
/// by memory and not by the stack.
/// </summary>
internal sealed class LinearizationSearch<TState, TOp, TResult>
{
    private readonly ISequentialModel<TState, TOp, TResult> _model;
    private readonly IReadOnlyList<Operation<TOp, TResult>> _operations;
    private readonly StepBudget _budget;
    private readonly EventList _events;
    private readonly Stack<Placement> _placements = new();
    private readonly PlacedSet _placed;
    private readonly HashSet<(PlacedSet Placed, TState State)> _seen;
    private TState _state;

    // Returned calls not yet placed. While there are any, a return event is in the list, so a scan never runs off its end.
    private int _unplaced;
    private int _fewestUnplaced = int.MaxValue;

    public LinearizationSearch(
        ISequentialModel<TState, TOp, TResult> model, IReadOnlyList<Operation<TOp, TResult>> operations, StepBudget budget)
    {
        (_model, _operations, _budget) = (model, operations, budget);
        _events = new EventList([.. operations.Select(operation => (operation.Invoked, operation.Returned))]);
        _placed = new PlacedSet(operations.Count);
        _seen = new HashSet<(PlacedSet, TState)>(new ConfigurationComparer(model.StateComparer));
        _state = model.Initial;
        _unplaced = operations.Count(operation => !operation.IsPending);
    }

    /// <summary>The longest legal order seen; the witness when the search found one.</summary>
    public IReadOnlyList<Operation<TOp, TResult>> Longest { get; private set; } = [];

    /// <summary>The returned calls that could not follow <see cref="Longest"/>.</summary>
    public IReadOnlyList<Operation<TOp, TResult>> Unplaceable { get; private set; } = [];

    public SearchEnd Run()
    {
        var node = _events.First;
        while (_unplaced > 0)
        {
            if (_budget.IsSpent)
                return SearchEnd.OutOfBudget;
            var wasReturn = _events.IsReturn(node);
            if (!wasReturn && TryPlace(_events.OperationAt(node)))
            {
                node = _events.First;
                continue;
            }

            if (!wasReturn)
            {
                node = _events.After(node);
                continue;
            }

            // Whatever follows this return in the list began after it, so one of the calls scanned had to be placed, and none could.
            NoteDeadEnd(node);
            if (_placements.Count == 0)
                return SearchEnd.Impossible;
            node = Backtrack();
        }

        Longest = InOrder();
        Unplaceable = [];
        return SearchEnd.Found;
    }

    private bool TryPlace(int index)
    {
        var operation = _operations[index];
        var successors = operation.IsPending
            ? EffectsOf(operation)
            : _model.Explain(_state, operation.Input, operation.Result!);
        return TryPlace(new Placement(index, _state, successors.GetEnumerator()));
    }

    // A pending call without effect can as well be left out, so only real effects are worth placing.
    private IEnumerable<TState> EffectsOf(Operation<TOp, TResult> operation)
    {
        var (state, comparer) = (_state, _model.StateComparer);
        return _model.Apply(state, operation.Input).Select(outcome => outcome.State).Where(next => !comparer.Equals(next, state));
    }

    private bool TryPlace(Placement placement)
    {
        _placed.Flip(placement.Operation);
        while (_budget.TrySpend() && placement.Successors.MoveNext())
        {
            var next = placement.Successors.Current;
            if (_seen.Contains((_placed, next)))
                continue;
            _seen.Add((_placed.Copy(), next));
            _state = next;
            _events.Lift(placement.Operation);
            _unplaced -= _operations[placement.Operation].IsPending ? 0 : 1;
            _placements.Push(placement);
            return true;
        }

        _placed.Flip(placement.Operation);
        placement.Successors.Dispose();
        return false;
    }

    private int Backtrack()
    {
        var last = _placements.Pop();
        _events.Unlift(last.Operation);
        _placed.Flip(last.Operation);
        _unplaced += _operations[last.Operation].IsPending ? 0 : 1;
        _state = last.Before;
        return TryPlace(last) ? _events.First : _events.After(_events.CallOf(last.Operation));
    }

    private void NoteDeadEnd(int blockingReturn)
    {
        if (_unplaced >= _fewestUnplaced)
            return;
        _fewestUnplaced = _unplaced;
        Longest = InOrder();
        var candidates = new List<Operation<TOp, TResult>>();
        for (var node = _events.First; node != blockingReturn; node = _events.After(node))
            candidates.Add(_operations[_events.OperationAt(node)]);
        Unplaceable = [.. candidates.Where(operation => !operation.IsPending)];
    }

    private Operation<TOp, TResult>[] InOrder() => [.. _placements.Reverse().Select(placement => _operations[placement.Operation])];

    /// <summary>A placed call, the state before it, and the states after it that are still to be tried.</summary>
    private readonly record struct Placement(int Operation, TState Before, IEnumerator<TState> Successors);

    private sealed class ConfigurationComparer(IEqualityComparer<TState> states) : IEqualityComparer<(PlacedSet Placed, TState State)>
    {
        public bool Equals((PlacedSet Placed, TState State) x, (PlacedSet Placed, TState State) y) =>
            x.Placed.SameAs(y.Placed) && states.Equals(x.State, y.State);

        public int GetHashCode((PlacedSet Placed, TState State) obj) =>
            HashCode.Combine(obj.Placed.GetHashCode(), obj.State is null ? 0 : states.GetHashCode(obj.State));
    }
}
