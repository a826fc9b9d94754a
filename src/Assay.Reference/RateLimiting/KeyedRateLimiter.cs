using System.Threading.RateLimiting;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// A <see cref="KeyedLimit{TKey}"/> as a <see cref="PartitionedRateLimiter{TResource}"/>: for middleware and everything else that takes
/// the standard contract. It decides at once and never queues; a timer sweeps out the keys whose permits are all available.
/// </summary>
/// <remarks>
/// A granted lease is one shared object. A rejected one carries <see cref="MetadataName.RetryAfter"/> where it is known, and
/// <see cref="MetadataName.ReasonPhrase"/>. Disposed, it rejects instead of throwing.
/// </remarks>
/// <typeparam name="TResource">What is limited, such as a request.</typeparam>
/// <typeparam name="TKey">The key under which it is limited.</typeparam>
public sealed class KeyedRateLimiter<TResource, TKey> : PartitionedRateLimiter<TResource>
    where TKey : notnull
{
    private readonly KeyedLimit<TKey> _limits;
    private readonly Func<TResource, TKey> _keyOf;
    private readonly TimeSpan _sweepInterval;
    private readonly ITimer _timer;
    private readonly StripedCounter _granted = new();
    private readonly StripedCounter _rejected = new();
    private volatile bool _isDisposed;

    /// <summary>Creates a limiter and starts its timer.</summary>
    /// <param name="limits">What decides. It may be shared with callers that ask it directly.</param>
    /// <param name="keyOf">The key of a resource.</param>
    /// <param name="sweepInterval">The time between sweeps; each visits every key. Ten seconds when null.</param>
    /// <param name="clock">What the timer runs on; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sweepInterval"/> is not positive, or too long for a timer.</exception>
    public KeyedRateLimiter(KeyedLimit<TKey> limits, Func<TResource, TKey> keyOf, TimeSpan? sweepInterval = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(keyOf);
        (_limits, _keyOf, _sweepInterval) = (limits, keyOf, sweepInterval ?? TimeSpan.FromSeconds(10));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_sweepInterval, TimeSpan.Zero, nameof(sweepInterval));
        _timer = (clock ?? TimeProvider.System).CreateTimer(
            static state => ((KeyedRateLimiter<TResource, TKey>)state!).OnTimer(), this, _sweepInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The permits available under the resource's key, and the leases of all keys together.</summary>
    /// <param name="resource">The resource. Asking leaves no trace.</param>
    /// <returns>The statistics; keys are dropped, so there are no counts for one.</returns>
    public override RateLimiterStatistics GetStatistics(TResource resource) => new()
    {
        CurrentAvailablePermits = _limits.Peek(_keyOf(resource)).Remaining,
        TotalSuccessfulLeases = _granted.Sum,
        TotalFailedLeases = _rejected.Sum,
    };

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount)
    {
        if (_isDisposed)
            return Count(RejectedLease.Disposed);
        var decision = _limits.TryAcquire(_keyOf(resource), permitCount, out var limit);
        if (!decision.IsAllowed)
            return Count(limit is null ? RejectedLease.NoRoom : RejectedLease.Of(limit, decision));
        _granted.Increment();
        return GrantedLease.Instance;
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(TResource resource, int permitCount, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<RateLimitLease>(cancellationToken)
            : new(AttemptAcquireCore(resource, permitCount));

    /// <summary>Stops the timer; from then on every request is rejected.</summary>
    /// <param name="disposing">Whether it was disposed, rather than finalized.</param>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _isDisposed = true;
        _timer.Dispose();
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(true);
        return default;
    }

    // Once, and again when it is done: a sweep of many keys never overlaps the next.
    private void OnTimer()
    {
        if (_isDisposed)
            return;
        _limits.Sweep();
        // Answers false, and does no harm, when it was disposed meanwhile.
        _timer.Change(_sweepInterval, Timeout.InfiniteTimeSpan);
    }

    private RejectedLease Count(RejectedLease lease)
    {
        _rejected.Increment();
        return lease;
    }
}
