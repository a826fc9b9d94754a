namespace Assay.Verify;

/// <summary>Records the calls of a running program on one logical counter. Each thread or client records on a lane of its own.</summary>
/// <typeparam name="TOp">What is asked of the object.</typeparam>
/// <typeparam name="TResult">What it answers.</typeparam>
public sealed class HistoryRecorder<TOp, TResult>
{
    private readonly Lock _gate = new();
    private readonly List<HistoryLane<TOp, TResult>> _lanes = [];

    // Increments are atomic and totally ordered, so a call that returned before another began has the smaller stamp: the recorded
    // intervals contain the real ones and a violation in the record is a violation in fact.
    private long _counter;

    /// <summary>Opens the next lane; lanes are numbered from zero in the order of these calls.</summary>
    /// <returns>A lane for one thread or client.</returns>
    public HistoryLane<TOp, TResult> NewLane()
    {
        lock (_gate)
        {
            var lane = new HistoryLane<TOp, TResult>(this, _lanes.Count);
            _lanes.Add(lane);
            return lane;
        }
    }

    /// <summary>Everything recorded so far. Calls that have not returned are pending.</summary>
    /// <returns>The history.</returns>
    public History<TOp, TResult> ToHistory()
    {
        lock (_gate)
            return new History<TOp, TResult>(_lanes.SelectMany(lane => lane.Snapshot()));
    }

    internal long Tick() => Interlocked.Increment(ref _counter);
}
