namespace Assay.Reference.Ledger;

/// <summary>The events of an engine that locks, in memory. Its gate is taken last, and orders everything that happens.</summary>
internal sealed class EventLog(Gate gate, int maxEvents)
{
    private const int Chunk = 256;

    // Guarded by the gate; events are never changed or removed.
    private readonly List<LedgerEvent> _events = [];
    private readonly HashChain _chain = new();

    public Gate Gate => gate;

    /// <summary>Whether there is no room for a further request. Ask with the gate held.</summary>
    public bool IsFull => _events.Count >= maxEvents;

    /// <summary>The number the next event gets. Ask with the gate held.</summary>
    public long Next => _events.Count + 1;

    /// <summary>Adds an event. Call with the gate held.</summary>
    public void Add(LedgerEvent recorded) => _events.Add(recorded);

    // Events never change, so they can be hashed when somebody asks, and not while everybody waits for the gate.
    public ChainHead Head()
    {
        lock (_chain)
        {
            for (var chunk = Read(_chain.Head.Sequence); chunk.Length > 0; chunk = Read(_chain.Head.Sequence))
                Array.ForEach(chunk, _chain.Add);
            return _chain.Head;
        }
    }

    /// <summary>The events that were there at the call, read in small portions so that writers are not kept waiting.</summary>
    public IEnumerable<LedgerEvent> ReadAll(long after, CancellationToken cancellationToken)
    {
        var last = Count();
        while (after < last)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var recorded in Read(after))
            {
                if (recorded.Sequence > last)
                    yield break;
                yield return recorded;
                after = recorded.Sequence;
            }
        }
    }

    private long Count()
    {
        using (gate.Held())
            return _events.Count;
    }

    private LedgerEvent[] Read(long after)
    {
        using (gate.Held())
            return after >= _events.Count ? [] : [.. _events.GetRange((int)after, Math.Min(Chunk, _events.Count - (int)after))];
    }
}
