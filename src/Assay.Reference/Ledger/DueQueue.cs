namespace Assay.Reference.Ledger;

/// <summary>What is due at an instant: first by instant, then by number of the event that asked for it. Safe for concurrent use.</summary>
/// <remarks>What was posted, voided or cancelled stays in it until its instant; the queue holds no more than the log.</remarks>
internal sealed class DueQueue(Gate gate)
{
    private readonly PriorityQueue<PendingRequest, (long Ticks, long Sequence)> _queue = new();

    // The ticks of the first, written under the gate and read without it, because every request asks.
    private long _first = long.MaxValue;

    /// <summary>The instant of the first; null when there is none.</summary>
    public DateTimeOffset? First => Volatile.Read(ref _first) is var first and not long.MaxValue ? new DateTimeOffset(first, TimeSpan.Zero) : null;

    public bool HasDue(DateTimeOffset now) => Volatile.Read(ref _first) <= now.UtcTicks;

    public void Add(PendingRequest pending)
    {
        if (pending.DueAt is not { } dueAt)
            return;
        using (gate.Held())
        {
            _queue.Enqueue(pending, (dueAt.UtcTicks, pending.Opened.Sequence));
            Volatile.Write(ref _first, FirstTicks());
        }
    }

    public PendingRequest? PeekDue(DateTimeOffset now)
    {
        using (gate.Held())
            return _queue.TryPeek(out var pending, out var priority) && priority.Ticks <= now.UtcTicks ? pending : null;
    }

    /// <summary>Takes one out that has been dealt with. It stands at the front unless an earlier one has come meanwhile.</summary>
    public void Remove(PendingRequest pending)
    {
        using (gate.Held())
        {
            _queue.Remove(pending, out _, out _);
            Volatile.Write(ref _first, FirstTicks());
        }
    }

    private long FirstTicks() => _queue.TryPeek(out _, out var priority) ? priority.Ticks : long.MaxValue;
}
