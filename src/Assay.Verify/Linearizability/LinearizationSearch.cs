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
/// by memory and not by the stack. Pending calls are placed sparingly: first none, then at most one, and so on, until the limit made
/// no difference.
/// </summary>
internal sealed class LinearizationSearch<TState, TOp, TResult>
{
    private readonly ISequentialModel<TState, TOp, TResult> _model;
    private readonly IReadOnlyList<Operation<TOp, TResult>> _operations;
    private readonly StepBudget _budget;
    private readonly EventList _events;
    private readonly Stack<Placement> _placements = new();
    private readonly PlacedSet _placedReturned;
    private readonly PlacedSet _placedPending;
    private readonly ConfigurationMemory<TState> _memory;

    // For each pending call the one before it that asks the same, or -1. They are interchangeable, so the earlier is placed first.
    private readonly int[] _twins;
    private TState _state;

    // How many pending calls may be placed in this round, and whether that kept the search from a configuration worth entering.
    private int _maxPending;
    private bool _wasLimited;

    // Returned calls not yet placed. While there are any, a return event is in the list, so a scan never runs off its end.
    private int _unplaced;
    private int _fewestUnplaced = int.MaxValue;

    public LinearizationSearch(
        ISequentialModel<TState, TOp, TResult> model, IReadOnlyList<Operation<TOp, TResult>> operations, StepBudget budget)
    {
        (_model, _operations, _budget) = (model, operations, budget);
        _events = new EventList([.. operations.Select(operation => (operation.Invoked, operation.Returned))]);
        _placedReturned = new PlacedSet(operations.Count);
        _placedPending = new PlacedSet(operations.Count);
        _memory = new ConfigurationMemory<TState>(model.StateComparer, operations.Any(operation => operation.IsPending), budget);
        _twins = TwinsOf(operations);
        _state = model.Initial;
        _unplaced = operations.Count(operation => !operation.IsPending);
    }

    /// <summary>The longest legal order seen; the witness when the search found one.</summary>
    public IReadOnlyList<Operation<TOp, TResult>> Longest { get; private set; } = [];

    /// <summary>The returned calls that could not follow <see cref="Longest"/>.</summary>
    public IReadOnlyList<Operation<TOp, TResult>> Unplaceable { get; private set; } = [];

    public SearchEnd Run()
    {
        while (true)
        {
            _wasLimited = false;
            var end = RunRound();
            if (end != SearchEnd.Impossible || !_wasLimited)
                return end;
            _maxPending++;
        }
    }

    private SearchEnd RunRound()
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
        if (_twins[index] >= 0 && !_placedPending.Contains(_twins[index]))
            return false;
        if (operation.IsPending && _placedPending.Count == _maxPending)
        {
            _wasLimited = _wasLimited || IsWorthPlacing(index);
            return false;
        }

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

    private bool IsWorthPlacing(int index)
    {
        if (!_budget.TrySpend())
            return true;
        Flip(index);
        var isWorth = EffectsOf(_operations[index]).Any(next => !_memory.IsDominated(_placedReturned, _placedPending, next, _maxPending + 1));
        Flip(index);
        return isWorth;
    }

    private bool TryPlace(Placement placement)
    {
        Flip(placement.Operation);
        while (_budget.TrySpend() && placement.Successors.MoveNext())
        {
            var next = placement.Successors.Current;
            if (!_memory.TryEnter(_placedReturned, _placedPending, next, _maxPending))
                continue;
            _state = next;
            _events.Lift(placement.Operation);
            _unplaced -= _operations[placement.Operation].IsPending ? 0 : 1;
            _placements.Push(placement);
            return true;
        }

        Flip(placement.Operation);
        placement.Successors.Dispose();
        return false;
    }

    private int Backtrack()
    {
        var last = _placements.Pop();
        _events.Unlift(last.Operation);
        Flip(last.Operation);
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

    private void Flip(int index) => (_operations[index].IsPending ? _placedPending : _placedReturned).Flip(index);

    // Operations come in the order of their invocation, so an earlier twin can stand wherever the later one could.
    private static int[] TwinsOf(IReadOnlyList<Operation<TOp, TResult>> operations)
    {
        var twins = new int[operations.Count];
        var latest = new Dictionary<ValueTuple<TOp>, int>();
        for (var index = 0; index < twins.Length; index++)
        {
            twins[index] = -1;
            if (!operations[index].IsPending)
                continue;
            var input = ValueTuple.Create(operations[index].Input);
            twins[index] = latest.GetValueOrDefault(input, -1);
            latest[input] = index;
        }

        return twins;
    }

    /// <summary>A placed call, the state before it, and the states after it that are still to be tried.</summary>
    private readonly record struct Placement(int Operation, TState Before, IEnumerator<TState> Successors);
}
