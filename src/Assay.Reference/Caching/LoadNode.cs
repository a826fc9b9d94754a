namespace Assay.Reference.Caching;

/// <summary>
/// A load as part of the graph of who waits for whom, over all caches of the process. A wait that would close a circle would never end;
/// it throws instead.
/// </summary>
internal abstract class LoadNode
{
    // Guards every _awaited. Taken last, also inside of caches' locks, and only by factories that load.
    private static readonly Lock s_graph = new();

    // The load whose factory the calling flow belongs to.
    private static readonly AsyncLocal<LoadNode?> s_current = new();

    private readonly List<LoadNode> _awaited = [];

    // Set once. A node that is over waits for nobody, and a flow it has left behind belongs to no load.
    private volatile bool _isOver;

    public bool IsOver => _isOver;

    /// <summary>Notes that the calling flow is about to wait for a load.</summary>
    /// <returns>The load whose factory waits, for <see cref="EndWait"/>; null when the caller is no factory.</returns>
    /// <exception cref="InvalidOperationException">The load waits, directly or through others, for the caller's.</exception>
    public static LoadNode? BeginWait(LoadNode target)
    {
        if (s_current.Value is not { IsOver: false } waiting)
            return null;
        lock (s_graph)
        {
            if (target.Reaches(waiting))
                throw new InvalidOperationException("A factory asks for a key whose load waits for it: neither would ever end.");
            waiting._awaited.Add(target);
            return waiting;
        }
    }

    public static void EndWait(LoadNode? waiting, LoadNode target)
    {
        if (waiting is null)
            return;
        lock (s_graph)
            waiting._awaited.Remove(target);
    }

    /// <summary>Makes the calling flow the factory of this load, until it returns to a caller that awaits it.</summary>
    protected void EnterFlow() => s_current.Value = this;

    /// <summary>Runs a synchronous factory as this load's.</summary>
    protected T RunInFlow<T>(Func<T> factory)
    {
        var outer = s_current.Value;
        s_current.Value = this;
        try
        {
            return factory();
        }
        finally
        {
            s_current.Value = outer;
        }
    }

    protected void MarkOver() => _isOver = true;

    private bool Reaches(LoadNode other)
    {
        var (open, seen) = (new Stack<LoadNode>([this]), new HashSet<LoadNode>());
        while (open.TryPop(out var node))
        {
            if (ReferenceEquals(node, other))
                return true;
            if (node.IsOver || !seen.Add(node))
                continue;
            foreach (var awaited in node._awaited)
                open.Push(awaited);
        }

        return false;
    }
}
