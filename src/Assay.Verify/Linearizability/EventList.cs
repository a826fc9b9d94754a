namespace Assay.Verify;

/// <summary>
/// The invoke and return events of a history in time order, as a doubly linked list from which the two events of a call are lifted
/// when it is placed and to which they return, in reverse order of lifting, on backtracking (Wing and Gong's list).
/// </summary>
internal sealed class EventList
{
    public const int Head = 0;

    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _call;
    private readonly int[] _return;
    private readonly int[] _operation;

    public EventList(IReadOnlyList<(long Invoked, long? Returned)> intervals)
    {
        var events = new List<(long At, int Operation, bool IsReturn)>();
        for (var index = 0; index < intervals.Count; index++)
        {
            events.Add((intervals[index].Invoked, index, false));
            if (intervals[index].Returned is { } returned)
                events.Add((returned, index, true));
        }

        events.Sort((left, right) => left.At.CompareTo(right.At));
        var nodes = events.Count + 1;
        (_next, _previous, _operation) = (new int[nodes], new int[nodes], new int[nodes]);
        (_call, _return) = (new int[intervals.Count], new int[intervals.Count]);
        for (var node = 0; node < nodes; node++)
            (_next[node], _previous[node]) = ((node + 1) % nodes, (node + nodes - 1) % nodes);
        for (var node = 1; node < nodes; node++)
        {
            var (_, operation, isReturn) = events[node - 1];
            _operation[node] = operation;
            (isReturn ? _return : _call)[operation] = node;
        }
    }

    public int First => _next[Head];

    public int After(int node) => _next[node];

    public int OperationAt(int node) => _operation[node];

    public bool IsReturn(int node) => _return[_operation[node]] == node;

    public int CallOf(int operation) => _call[operation];

    public void Lift(int operation)
    {
        Unlink(_call[operation]);
        if (_return[operation] != Head)
            Unlink(_return[operation]);
    }

    public void Unlift(int operation)
    {
        if (_return[operation] != Head)
            Relink(_return[operation]);
        Relink(_call[operation]);
    }

    private void Unlink(int node)
    {
        _next[_previous[node]] = _next[node];
        _previous[_next[node]] = _previous[node];
    }

    // A lifted node keeps its own links, and lifting is undone in reverse, so its neighbours are again what they were.
    private void Relink(int node)
    {
        _next[_previous[node]] = node;
        _previous[_next[node]] = node;
    }
}
