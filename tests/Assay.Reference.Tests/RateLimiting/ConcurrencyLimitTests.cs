using Assay.Reference.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>Permits that are held and come back.</summary>
public sealed class ConcurrencyLimitTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_lease_disposed_twice_returns_its_permits_once()
    {
        using var limiter = new PermitRateLimiter(new ConcurrencyLimit(3, _clock));
        var (two, one) = (limiter.AttemptAcquire(2), limiter.AttemptAcquire(1));
        two.Dispose();
        two.Dispose();
        Assert.Equal(2, limiter.GetStatistics().CurrentAvailablePermits);
        one.Dispose();
        Assert.Equal(3, limiter.GetStatistics().CurrentAvailablePermits);
    }

    [Fact]
    public void More_than_is_held_cannot_be_returned()
    {
        var limit = new ConcurrencyLimit(3, _clock);
        limit.TryAcquire(2);
        Assert.Throws<InvalidOperationException>(() => limit.Return(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => limit.Return(0));
        Assert.Equal(new Decision(true, 0, 1), limit.TryAcquire(0));
        Assert.Throws<InvalidOperationException>(() => new TokenBucket(1, 1, TimeSpan.FromSeconds(1), _clock).Return(1));
    }

    [Fact]
    public void Nobody_can_tell_when_a_permit_comes_back()
    {
        using var limiter = new PermitRateLimiter(new ConcurrencyLimit(1, _clock));
        using var held = limiter.AttemptAcquire();
        using var rejected = limiter.AttemptAcquire();
        Assert.False(rejected.IsAcquired);
        Assert.False(rejected.TryGetMetadata("RETRY_AFTER", out _));
        Assert.Single(rejected.MetadataNames);
    }

    [Fact]
    public async Task A_returned_permit_serves_the_waiter()
    {
        await using var limiter = new PermitRateLimiter(new ConcurrencyLimit(2, _clock), 3);
        var (first, second) = (limiter.AttemptAcquire(), limiter.AttemptAcquire());
        var (both, one) = (limiter.AcquireAsync(2, TestContext.Current.CancellationToken).AsTask(), limiter.AcquireAsync(1, TestContext.Current.CancellationToken).AsTask());
        first.Dispose();
        Assert.False(both.IsCompleted || one.IsCompleted);
        second.Dispose();
        var lease = await both;
        Assert.True(lease.IsAcquired);
        Assert.False(one.IsCompleted);
        lease.Dispose();
        Assert.True((await one).IsAcquired);
    }

    [Fact]
    public async Task A_lease_of_a_disposed_limiter_still_returns_its_permits()
    {
        var limit = new ConcurrencyLimit(1, _clock);
        var limiter = new PermitRateLimiter(limit, 1);
        var lease = limiter.AttemptAcquire();
        await limiter.DisposeAsync();
        lease.Dispose();
        Assert.Equal(1, limit.TryAcquire(0).Remaining);
    }

    [Fact]
    public void It_is_idle_from_the_return_of_the_last_permit()
    {
        var limit = new ConcurrencyLimit(2, _clock);
        limit.TryAcquire(2);
        limit.Return(1);
        Assert.Null(limit.IdleTicks(_clock.GetTimestamp()));
        _clock.Advance(TimeSpan.FromSeconds(1));
        limit.Return(1);
        Assert.Equal(4, limit.IdleTicks(_clock.GetTimestamp() + 4));
        Assert.Equal(0, limit.IdleTicks(_clock.GetTimestamp() - 4));
    }

    [Fact]
    public async Task No_wakeup_is_lost_and_no_permit_is_held_twice()
    {
        var limit = new ConcurrencyLimit(2, _clock);
        await using var limiter = new PermitRateLimiter(limit, 100);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(UseAsync, TestContext.Current.CancellationToken)));
        Assert.InRange(most, 1, 2);
        Assert.Equal(2, limit.TryAcquire(0).Remaining);

        async Task UseAsync()
        {
            for (var i = 0; i < 3000; i++)
            {
                using var lease = await limiter.AcquireAsync(1, TestContext.Current.CancellationToken);
                Assert.True(lease.IsAcquired);
                var now = Interlocked.Increment(ref inside);
                for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
                    Interlocked.CompareExchange(ref most, now, seen);
                Interlocked.Decrement(ref inside);
            }
        }
    }
}
