using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests.RateLimiting;

/// <summary>The standard partitioned contract around a bucket of three a key, one a second.</summary>
public sealed class KeyedRateLimiterTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Each_key_has_its_permits_and_a_rejection_tells_when_to_come_back()
    {
        using var limiter = Limiter(out _);
        Assert.True(limiter.AttemptAcquire("a", 3).IsAcquired);
        Assert.True(limiter.AttemptAcquire("b", 3).IsAcquired);
        using var rejected = limiter.AttemptAcquire("a", 2);
        Assert.True(rejected.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(2), wait);
        _clock.Advance(wait - TimeSpan.FromTicks(1));
        Assert.False(limiter.AttemptAcquire("a", 2).IsAcquired);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(limiter.AttemptAcquire("a", 2).IsAcquired);
        Assert.False(limiter.AttemptAcquire("a", 0).IsAcquired);
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire("a", 4));
    }

    [Fact]
    public async Task Waiting_is_not_its_trade_and_cancellation_is_heard()
    {
        await using var limiter = Limiter(out _);
        limiter.AttemptAcquire("a", 3);
        var asked = limiter.AcquireAsync("a", 1, TestContext.Current.CancellationToken);
        Assert.True(asked.IsCompletedSuccessfully);
        Assert.False((await asked).IsAcquired);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await limiter.AcquireAsync("b", 1, new CancellationToken(true)));
    }

    [Fact]
    public void Its_timer_sweeps_until_it_is_disposed()
    {
        var limiter = Limiter(out var keyed);
        limiter.AttemptAcquire("a", 3);
        limiter.AttemptAcquire("b", 1);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, keyed.Count);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, keyed.Count);
        limiter.Dispose();
        Assert.Empty(_clock.PendingTimers);
        using var rejected = limiter.AttemptAcquire("a");
        Assert.True(rejected.TryGetMetadata(MetadataName.ReasonPhrase, out var reason));
        Assert.Contains("disposed", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_too_many_is_rejected_without_a_time_to_retry()
    {
        using var limiter = Limiter(out _, maxKeys: 1);
        Assert.True(limiter.AttemptAcquire("a").IsAcquired);
        using var rejected = limiter.AttemptAcquire("b");
        Assert.False(rejected.IsAcquired);
        Assert.False(rejected.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.True(rejected.TryGetMetadata(MetadataName.ReasonPhrase, out var reason));
        Assert.Contains("keys", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_leave_no_trace()
    {
        using var limiter = Limiter(out var keyed);
        Assert.Equal(3, limiter.GetStatistics("never asked")!.CurrentAvailablePermits);
        Assert.Equal(0, keyed.Count);
        limiter.AttemptAcquire("a", 2);
        limiter.AttemptAcquire("a", 2);
        var statistics = limiter.GetStatistics("a")!;
        Assert.Equal((1L, 1L, 1L), (statistics.CurrentAvailablePermits, statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
    }

    [Fact]
    public void A_senseless_limiter_is_refused()
    {
        var keyed = new KeyedLimit<string>(_ => new TokenBucket(3, 1, TimeSpan.FromSeconds(1), _clock), 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedRateLimiter<string, string>(keyed, key => key, TimeSpan.Zero, _clock));
        Assert.Throws<ArgumentNullException>(() => new KeyedRateLimiter<string, string>(null!, key => key));
        Assert.Throws<ArgumentNullException>(() => new KeyedRateLimiter<string, string>(keyed, null!));
    }

    private KeyedRateLimiter<string, string> Limiter(out KeyedLimit<string> keyed, int maxKeys = 10)
    {
        keyed = new KeyedLimit<string>(_ => new TokenBucket(3, 1, TimeSpan.FromSeconds(1), _clock), maxKeys);
        return new KeyedRateLimiter<string, string>(keyed, key => key, TimeSpan.FromSeconds(1), _clock);
    }
}
