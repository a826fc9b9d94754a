using System.Threading.RateLimiting;

namespace Assay.Reference.RateLimiting;

/// <summary>A request that waits for permits.</summary>
internal sealed class Waiter(int permits, CancellationToken cancellation)
{
    // Continuations run elsewhere: waiters are completed while the limiter's lock is held.
    private readonly TaskCompletionSource<RateLimitLease> _lease = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;

    public int Permits => permits;

    // A waiting probe takes a place too, or the queue would have no bound.
    public int Places => Math.Max(1, permits);

    public Task<RateLimitLease> Lease => _lease.Task;

    public void OnCancelled(Action<Waiter> leave) => _registration = cancellation.UnsafeRegister(_ => leave(this), null);

    public void Complete(RateLimitLease lease)
    {
        // Unregister does not wait for a running callback, which may be waiting for the lock the caller holds.
        _registration.Unregister();
        _lease.TrySetResult(lease);
    }

    public void Cancel() => _lease.TrySetCanceled(cancellation);
}

/// <summary>Waiting requests in the order they are served, bounded by the permits they ask for. Used under its owner's lock.</summary>
internal sealed class PermitQueue(QueueProcessingOrder order, int limit)
{
    // The next to be served is the first.
    private readonly LinkedList<Waiter> _waiters = [];
    private long _places;

    public Waiter? Next => _waiters.First?.Value;

    /// <summary>The permits waited for.</summary>
    public long Places => _places;

    public bool IsNewestFirst => order == QueueProcessingOrder.NewestFirst;

    /// <summary>Places the waiter if there is room; newest first, the oldest make room.</summary>
    public bool TryAdd(Waiter waiter, List<Waiter> evicted)
    {
        if (waiter.Places > limit || (!IsNewestFirst && _places + waiter.Places > limit))
            return false;
        while (_places + waiter.Places > limit && _waiters.Last is { } oldest)
        {
            evicted.Add(oldest.Value);
            Remove(oldest.Value);
        }

        _places += waiter.Places;
        if (IsNewestFirst)
            _waiters.AddFirst(waiter);
        else
            _waiters.AddLast(waiter);
        return true;
    }

    public bool Remove(Waiter waiter)
    {
        if (!_waiters.Remove(waiter))
            return false;
        _places -= waiter.Places;
        return true;
    }
}
