using System.Threading.RateLimiting;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// A <see cref="PermitLimit"/> as a <see cref="RateLimiter"/>, with a queue: for middleware and everything else that takes the standard
/// contract. A request without waiters before it costs what the limit costs; the lock is taken only when somebody waits.
/// </summary>
/// <remarks>
/// Rejected leases carry <see cref="MetadataName.RetryAfter"/> where it is known, and <see cref="MetadataName.ReasonPhrase"/>. A disposed
/// limiter rejects instead of throwing, because who disposes it (an idle sweep) races with who uses it. <see cref="IdleDuration"/> is
/// the time since all permits are available: a limiter dropped while it is not null loses nothing.
/// </remarks>
public sealed class PermitRateLimiter : RateLimiter
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly PermitLimit _limit;

    // Guards the queue, the timer and disposal. Leases are completed inside it, which is safe because their continuations run elsewhere.
    private readonly Lock _gate = new();
    private readonly PermitQueue _queue;
    private ITimer? _timer;
    private readonly Action _onChanged;

    // Whether a request must take the lock: somebody waits, or the limiter is disposed. Written under the lock, read without: a request
    // that reads it a moment too early ran a moment earlier.
    private volatile bool _isGuarded;
    private bool _isDisposed;
    private readonly StripedCounter _granted = new();
    private readonly StripedCounter _rejected = new();

    /// <summary>Creates a limiter.</summary>
    /// <param name="limit">What decides. It may be shared with callers that ask it directly.</param>
    /// <param name="queueLimit">
    /// The most permits that may be waited for, all waiters together; a waiting probe counts as one. Zero: no queue.
    /// </param>
    /// <param name="order">
    /// Who is served first. Oldest first, nobody overtakes a waiter, however few permits he asks for. Newest first, a new waiter evicts
    /// the oldest from a full queue.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="queueLimit"/> is negative or <paramref name="order"/> unknown.
    /// </exception>
    public PermitRateLimiter(PermitLimit limit, int queueLimit = 0, QueueProcessingOrder order = QueueProcessingOrder.OldestFirst)
    {
        ArgumentNullException.ThrowIfNull(limit);
        ArgumentOutOfRangeException.ThrowIfNegative(queueLimit);
        if (!Enum.IsDefined(order))
            throw new ArgumentOutOfRangeException(nameof(order), order, "Oldest or newest first.");
        _limit = limit;
        _queue = new PermitQueue(order, queueLimit);
        _onChanged = OnTimer;
    }

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration
    {
        get
        {
            // Rounded down: never older than it is.
            if (_isGuarded || _limit.IdleTicks(_limit.Now) is not { } ticks)
                return null;
            var spanTicks = ticks * (Int128)TimeSpan.TicksPerSecond / _limit.Clock.TimestampFrequency;
            return TimeSpan.FromTicks((long)Int128.Min(spanTicks, long.MaxValue));
        }
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new RateLimiterStatistics
            {
                CurrentAvailablePermits = _limit.TryAcquire(0).Remaining,
                CurrentQueuedCount = _queue.Places,
                TotalSuccessfulLeases = _granted.Sum,
                TotalFailedLeases = _rejected.Sum,
            };
        }
    }

    /// <summary>Takes back the permits of a disposed lease and serves who waited for them.</summary>
    internal void Return(int permits)
    {
        _limit.Return(permits);
        // Returned before the flag is read, both with full fences: a waiter that sees no permits has raised the flag before this reads it.
        Interlocked.MemoryBarrier();
        if (!_isGuarded)
            return;
        lock (_gate)
            ServeQueue();
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        if (!_isGuarded)
            return Answer(permitCount, _limit.TryAcquire(permitCount));
        ThrowIfNeverPossible(permitCount);
        lock (_gate)
            return _isDisposed ? Count(RejectedLease.Disposed) : Answer(permitCount, TakeInTurn(permitCount));
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ThrowIfNeverPossible(permitCount);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<RateLimitLease>(cancellationToken);
        if (!_isGuarded && _limit.TryAcquire(permitCount) is { IsAllowed: true } granted)
            return new(Answer(permitCount, granted));
        ValueTask<RateLimitLease> answer;
        lock (_gate)
            answer = _isDisposed ? new(Count(RejectedLease.Disposed)) : TakeOrWait(permitCount, cancellationToken);
        return answer.IsCompleted || !Tracing.Source.HasListeners() ? answer : TracedAsync(answer);
    }

    private static async ValueTask<RateLimitLease> TracedAsync(ValueTask<RateLimitLease> answer)
    {
        using var span = Tracing.Source.StartActivity("rate_limiting.wait");
        var lease = await answer.ConfigureAwait(false);
        span?.SetTag("assay.rate_limiting.result", lease.IsAcquired ? "granted" : "rejected");
        return lease;
    }

    /// <summary>Completes every waiter with a rejected lease. Leases given out stay valid and return their permits.</summary>
    /// <param name="disposing">Whether it was disposed, rather than finalized.</param>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        lock (_gate)
        {
            _limit.Changed -= _onChanged;
            _isDisposed = _isGuarded = true;
            while (_queue.Next is { } waiter)
            {
                _queue.Remove(waiter);
                waiter.Complete(Count(RejectedLease.Disposed));
            }

            _timer?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(true);
        return default;
    }

    private ValueTask<RateLimitLease> TakeOrWait(int permits, CancellationToken cancellation)
    {
        var decision = TakeInTurn(permits);
        var waiter = new Waiter(permits, cancellation);
        var evicted = new List<Waiter>();
        if (decision.IsAllowed || !_queue.TryAdd(waiter, evicted))
            return new(Answer(permits, decision));

        // Raised before the limit is asked once more: permits that come back either find the flag or are found, and a change as well.
        Guard();
        Interlocked.MemoryBarrier();
        foreach (var oldest in evicted)
            oldest.Complete(Count(RejectedLease.Evicted));
        // Registered once it is in the queue: a token cancelled meanwhile takes it out again, on this thread and within this lock.
        waiter.OnCancelled(Leave);
        ServeQueue();
        return new(waiter.Lease);
    }

    // Oldest first, whoever waits comes before whoever asks; the answer to the latter is then the former's time.
    private Decision TakeInTurn(int permits) =>
        !_queue.IsNewestFirst && ServeQueue() is { IsAllowed: false } waiting ? waiting : _limit.TryAcquire(permits);

    /// <summary>
    /// Serves waiters while there are permits and sets the timer for the next; the answer is that one's rejection, or allowed when none
    /// is left.
    /// </summary>
    private Decision ServeQueue()
    {
        while (_queue.Next is { } waiter)
        {
            var decision = _limit.Ask(waiter.Permits, _limit.Now);
            if (decision.IsImpossible)
            {
                _queue.Remove(waiter);
                waiter.Complete(Count(RejectedLease.TooMany));
                continue;
            }

            if (!decision.IsAllowed)
            {
                WakeAfter(decision.RetryAfterTicks);
                return decision;
            }

            _queue.Remove(waiter);
            waiter.Complete(Answer(waiter.Permits, decision));
        }

        if (_isGuarded)
        {
            _limit.Changed -= _onChanged;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _isGuarded = _isDisposed;
        return new Decision(true, 0, 0);
    }

    // Who waits must hear of a change: the time told to the timer may have become too long.
    private void Guard()
    {
        if (!_isGuarded)
            _limit.Changed += _onChanged;
        _isGuarded = true;
    }

    private void WakeAfter(long ticks)
    {
        if (ticks == PermitLimit.UnknownTicks)
            return;
        // Up to whole milliseconds, because timers cut: a wait of 0.4 ms would fire at once, again and again. And not beyond what
        // timers take; the callback asks again.
        var wait = _limit.ToTimeSpan(ticks);
        var due = wait > LongestTimer
            ? LongestTimer
            : TimeSpan.FromMilliseconds((wait.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
        _timer ??= _limit.Clock.CreateTimer(
            static state => ((PermitRateLimiter)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                ServeQueue();
        }
    }

    // Whoever gives up may have been the one the others waited behind.
    private void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            if (!_queue.Remove(waiter))
                return;
            waiter.Cancel();
            ServeQueue();
        }
    }

    private RateLimitLease Answer(int permits, Decision decision)
    {
        if (!decision.IsAllowed)
            return Count(RejectedLease.Of(_limit, decision));
        _granted.Increment();
        return _limit.ReturnsPermits && permits > 0 ? new HeldLease(this, permits) : GrantedLease.Instance;
    }

    private RejectedLease Count(RejectedLease lease)
    {
        _rejected.Increment();
        return lease;
    }

    private void ThrowIfNeverPossible(int permits) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, _limit.Capacity, "permitCount");
}
