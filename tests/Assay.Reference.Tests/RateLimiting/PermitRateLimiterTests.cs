using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>The standard contract around a bucket of five permits, one a second.</summary>
public sealed class PermitRateLimiterTests
{
    private const int Capacity = 5;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();

    [Fact]
    public void A_rejected_lease_tells_when_to_come_back()
    {
        using var limiter = Limiter();
        Assert.True(limiter.AttemptAcquire(5).IsAcquired);
        using var rejected = limiter.AttemptAcquire(2);
        Assert.False(rejected.IsAcquired);
        Assert.True(rejected.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.Equal(2 * Second, wait);
        Assert.True(rejected.TryGetMetadata(MetadataName.ReasonPhrase, out _));
        _clock.Advance(wait - TimeSpan.FromTicks(1));
        Assert.False(limiter.AttemptAcquire(2).IsAcquired);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(limiter.AttemptAcquire(2).IsAcquired);
    }

    [Fact]
    public async Task Waiters_are_served_oldest_first_when_their_permits_have_accrued()
    {
        await using var limiter = Limiter(queueLimit: 3);
        limiter.AttemptAcquire(5);
        var (two, one) = (Ask(limiter, 2), Ask(limiter, 1));
        Assert.False((await Ask(limiter, 1)).IsAcquired);
        _clock.Advance(Second);
        Assert.False(two.IsCompleted || one.IsCompleted);
        _clock.Advance(Second);
        Assert.True((await two).IsAcquired);
        Assert.False(one.IsCompleted);
        _clock.Advance(Second);
        Assert.True((await one).IsAcquired);
        Assert.Empty(_clock.PendingTimers);
    }

    [Fact]
    public async Task A_waiter_less_than_a_millisecond_away_is_served_by_one_timer()
    {
        await using var limiter = new PermitRateLimiter(new TokenBucket(1, 1, TimeSpan.FromMicroseconds(300), _clock), 1);
        limiter.AttemptAcquire(1);
        var waiter = Ask(limiter, 1);
        Assert.Equal(TimeSpan.FromMilliseconds(1), Assert.Single(_clock.PendingTimers).DueIn);
        _clock.AdvanceToNextTimer();
        Assert.True((await waiter).IsAcquired);
    }

    [Fact]
    public async Task A_waiter_for_five_is_not_starved_by_a_stream_of_ones()
    {
        Assert.True(await IsServed(Limiter(queueLimit: 5)));
        Assert.False(await IsServed(new BargingLimiter(Bucket(), 5)));

        async Task<bool> IsServed(RateLimiter limiter)
        {
            await using var owned = limiter;
            Assert.True((await Ask(limiter, 5)).IsAcquired);
            var waiter = Ask(limiter, 5);
            for (var i = 0; i < 100; i++)
            {
                _clock.Advance(Second / 10);
                limiter.AttemptAcquire(1);
            }

            return waiter.IsCompleted;
        }
    }

    [Fact]
    public async Task A_cancelled_waiter_frees_its_place_and_those_behind_it_move_up()
    {
        await using var limiter = Limiter(queueLimit: 5);
        limiter.AttemptAcquire(5);
        using var cancellation = new CancellationTokenSource();
        var (four, one) = (AskUntil(limiter, 4, cancellation.Token), Ask(limiter, 1));
        _clock.Advance(Second);
        Assert.False(one.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => four);
        Assert.True((await one).IsAcquired);
        Assert.Equal(0, limiter.GetStatistics().CurrentQueuedCount);
        Assert.False(Ask(limiter, 5).IsCompleted);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_cancels_and_takes_nothing()
    {
        await using var limiter = Limiter(queueLimit: 5);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskUntil(limiter, 1, new CancellationToken(true)));
        Assert.Equal(5, limiter.GetStatistics().CurrentAvailablePermits);
    }

    [Fact]
    public async Task Newest_first_the_oldest_waiters_make_room_and_the_newest_is_served()
    {
        await using var limiter = Limiter(queueLimit: 2, QueueProcessingOrder.NewestFirst);
        limiter.AttemptAcquire(5);
        var (oldest, newer) = (Ask(limiter, 1), Ask(limiter, 1));
        var newest = Ask(limiter, 1);
        Assert.False((await oldest).IsAcquired);
        _clock.Advance(Second);
        Assert.True((await newest).IsAcquired);
        Assert.False(newer.IsCompleted);
        Assert.False((await Ask(limiter, 3)).IsAcquired);
        Assert.False(newer.IsCompleted);
    }

    [Fact]
    public async Task Waiting_probes_are_bounded_and_take_nothing()
    {
        await using var limiter = Limiter(queueLimit: 2);
        Assert.True((await Ask(limiter, 0)).IsAcquired);
        limiter.AttemptAcquire(5);
        var probes = new[] { Ask(limiter, 0), Ask(limiter, 0) };
        Assert.False((await Ask(limiter, 0)).IsAcquired);
        _clock.Advance(Second);
        Assert.All(await Task.WhenAll(probes), lease => Assert.True(lease.IsAcquired));
        Assert.Equal(1, limiter.GetStatistics().CurrentAvailablePermits);
    }

    [Fact]
    public async Task Disposal_rejects_who_waits_and_who_comes_later_and_disarms_the_timer()
    {
        var limiter = Limiter(queueLimit: 5);
        limiter.AttemptAcquire(5);
        var waiter = Ask(limiter, 1);
        await limiter.DisposeAsync();
        Assert.False((await waiter).IsAcquired);
        _clock.Advance(10 * Second);
        Assert.False(limiter.AttemptAcquire(1).IsAcquired);
        Assert.False((await Ask(limiter, 1)).IsAcquired);
        Assert.Empty(_clock.PendingTimers);
        limiter.Dispose();
    }

    [Fact]
    public void Disposal_races_with_requests_without_an_exception()
    {
        var model = SequentialModel.Of<(int Left, bool IsDisposed), bool, bool>((2, false), (state, disposes) =>
            disposes ? ((state.Left, true), true) : state is { IsDisposed: false, Left: > 0 } ? ((state.Left - 1, false), true) : (state, false));
        var result = Stress.Run(
            model,
            () => new PermitRateLimiter(new TokenBucket(2, 1, Second, new ManualClock()), 1),
            (random, lane) => lane == 0 && random.Next(2) == 0,
            (limiter, disposes) =>
            {
                if (!disposes)
                    return limiter.AttemptAcquire(1).IsAcquired;
                limiter.Dispose();
                return true;
            },
            new StressOptions { Rounds = 300, Threads = 3, CallsPerThread = 4, Seed = 5 },
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
    }

    [Fact]
    public void Idle_means_that_all_permits_are_available()
    {
        Assert.Null(DropsUnnoticed(limit => new PermitRateLimiter(limit)));
        Assert.NotNull(DropsUnnoticed(limit => new IdleSinceLastCallLimiter(limit)));
        Assert.NotNull(DropsUnnoticed(limit => new NeverIdleLimiter(limit)));

        // What an idle sweep may drop is as good as new, and what is as good as new can be dropped.
        string? DropsUnnoticed(Func<PermitLimit, RateLimiter> create)
        {
            using var limiter = create(Bucket());
            for (var step = 0; step < 60; step++)
            {
                limiter.AttemptAcquire(step % 7 == 0 ? step % 6 : 0).Dispose();
                _clock.Advance(Second * 0.7);
                var (idle, available) = (limiter.IdleDuration, limiter.GetStatistics()!.CurrentAvailablePermits);
                if (idle is not null != (available == Capacity))
                    return $"step {step}: idle {idle} with {available} permits";
            }

            return null;
        }
    }

    [Fact]
    public void The_idle_time_begins_when_the_last_permit_has_accrued()
    {
        using var limiter = Limiter();
        _clock.Advance(Second);
        Assert.Equal(Second, limiter.IdleDuration);
        limiter.AttemptAcquire(2);
        _clock.Advance(2 * Second - TimeSpan.FromTicks(1));
        Assert.Null(limiter.IdleDuration);
        _clock.Advance(TimeSpan.FromTicks(4));
        Assert.Equal(TimeSpan.FromTicks(3), limiter.IdleDuration);
    }

    [Fact]
    public async Task Statistics_count_grants_rejections_and_waiters()
    {
        await using var limiter = Limiter(queueLimit: 3);
        limiter.AttemptAcquire(4);
        limiter.AttemptAcquire(2);
        var waiter = Ask(limiter, 3);
        var statistics = limiter.GetStatistics();
        Assert.Equal((1L, 1L, 3L, 1L), (statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases, statistics.CurrentQueuedCount, statistics.CurrentAvailablePermits));
        _clock.Advance(2 * Second);
        Assert.True((await waiter).IsAcquired);
        Assert.Equal((2L, 0L), (limiter.GetStatistics().TotalSuccessfulLeases, limiter.GetStatistics().CurrentQueuedCount));
    }

    [Fact]
    public async Task What_can_never_be_granted_is_an_error_and_does_not_wait()
    {
        await using var limiter = Limiter(queueLimit: 100);
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(-1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Ask(limiter, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PermitRateLimiter(Bucket(), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PermitRateLimiter(Bucket(), 1, (QueueProcessingOrder)7));
    }

    private TokenBucket Bucket() => new(Capacity, 1, Second, _clock);

    private PermitRateLimiter Limiter(int queueLimit = 0, QueueProcessingOrder order = QueueProcessingOrder.OldestFirst) =>
        new(Bucket(), queueLimit, order);

    private static Task<RateLimitLease> Ask(RateLimiter limiter, int permits) =>
        AskUntil(limiter, permits, TestContext.Current.CancellationToken);

    private static Task<RateLimitLease> AskUntil(RateLimiter limiter, int permits, CancellationToken cancellation) =>
        limiter.AcquireAsync(permits, cancellation).AsTask();
}
