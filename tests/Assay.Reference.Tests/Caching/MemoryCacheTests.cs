using Assay.Reference.Caching;
using Assay.Verify;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace Assay.Reference.Tests.Caching;

/// <summary>The caches behind <see cref="IMemoryCache"/>, and what that contract's own cache gets wrong.</summary>
public sealed class MemoryCacheTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ManualClock _clock = new();
    private readonly List<string> _left = [];

    public static TheoryData<CachePolicy> Policies => [CachePolicy.ExactLru, CachePolicy.Scalable];

    [Theory, MemberData(nameof(Policies))]
    public void Entries_live_as_long_as_they_are_told(CachePolicy policy)
    {
        using var cache = new BoundedMemoryCache(10, policy, _clock);
        cache.Set("for ever", 1);
        cache.Set("a minute", 2, Minute);
        cache.Set("until", 3, _clock.GetUtcNow() + Minute);
        cache.Set("sliding", 4, new MemoryCacheEntryOptions { SlidingExpiration = Minute, AbsoluteExpirationRelativeToNow = 2 * Minute });
        _clock.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.Equal((1, 2, 3, 4), (cache.Get<int>("for ever"), cache.Get<int>("a minute"), cache.Get<int>("until"), cache.Get<int>("sliding")));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((1, 0, 0, 4), (cache.Get<int>("for ever"), cache.Get<int>("a minute"), cache.Get<int>("until"), cache.Get<int>("sliding")));
        _clock.Advance(Minute);
        Assert.False(cache.TryGetValue("sliding", out _));
        cache.Set("too late", 5, Watched().SetAbsoluteExpiration(_clock.GetUtcNow()));
        Assert.False(cache.TryGetValue("too late", out _));
        Assert.Equal("too late Expired", Assert.Single(_left));
    }

    [Theory, MemberData(nameof(Policies))]
    public void The_new_entry_is_taken_in_and_the_size_never_drifts(CachePolicy policy)
    {
        using var cache = new BoundedMemoryCache(100, policy, _clock);
        for (var i = 0; i < 1_000; i++)
        {
            cache.Set(i % 37, i, Watched().SetSize(i % 30));
            Assert.Equal(i, cache.Get(i % 37));
            Assert.InRange(cache.Weight, 1, 100);
        }

        cache.Set("heavier than all", 0, Watched().SetSize(101));
        Assert.False(cache.TryGetValue("heavier than all", out _));
        Assert.Equal("heavier than all Capacity", _left[^1]);
        for (var i = 0; i < 37; i++)
            cache.Remove(i);
        Assert.Equal((0, 0L), (cache.Count, cache.Weight));
        Assert.Equal(1_001, _left.Count);
        using var entry = cache.CreateEntry("less than nothing");
        Assert.Throws<ArgumentOutOfRangeException>(() => entry.Size = -1);
    }

    [Theory, MemberData(nameof(Policies))]
    public void Tokens_and_callbacks_tell_once_and_the_reason(CachePolicy policy)
    {
        using var cache = new BoundedMemoryCache(10, policy, _clock);
        using var changes = new CancellationTokenSource();
        cache.Set("replaced", 1, Watched());
        cache.Set("replaced", 2);
        cache.Set("removed", 3, Watched());
        cache.Remove("removed");
        cache.Set("changed", 4, Watched().AddExpirationToken(new CancellationChangeToken(changes.Token)));
        var passive = new PassiveToken();
        cache.Set("asked", 5, Watched().AddExpirationToken(passive));
        changes.Cancel();
        Assert.False(cache.TryGetValue("changed", out _));
        Assert.Equal(5, cache.Get("asked"));
        passive.HasChanged = true;
        Assert.False(cache.TryGetValue("asked", out _));
        cache.Set("changed before", 6, Watched().AddExpirationToken(new CancellationChangeToken(changes.Token)));
        Assert.False(cache.TryGetValue("changed before", out _));
        Assert.Equal(
            "replaced Replaced, removed Removed, changed TokenExpired, asked TokenExpired, changed before TokenExpired", string.Join(", ", _left));
    }

    [Fact]
    public void An_entry_without_a_value_is_not_stored_and_a_callback_that_throws_hurts_nobody()
    {
        using var cache = new BoundedMemoryCache(10, clock: _clock);
        Assert.Throws<InvalidOperationException>(() => cache.GetOrCreate<int>("key", _ => throw new InvalidOperationException("no value")));
        Assert.Equal(0, cache.Count);
        cache.Set("key", 1, Watched().RegisterPostEvictionCallback((_, _, _, _) => throw new InvalidOperationException("no matter")));
        cache.Remove("key");
        Assert.Equal("key Removed", Assert.Single(_left));
        Assert.Equal(1, cache.Statistics.FailedCallbacks);
        Assert.Equal(7, cache.GetOrCreate("key", _ => 7));
        Assert.Equal(7, cache.GetOrCreate("key", _ => 8));
        var statistics = cache.GetCurrentStatistics();
        Assert.Equal((1, 1), (statistics.CurrentEntryCount, statistics.CurrentEstimatedSize ?? 0));
        Assert.Equal((1, 2), (statistics.TotalHits, statistics.TotalMisses));
    }

    private MemoryCacheEntryOptions Watched() =>
        new MemoryCacheEntryOptions().RegisterPostEvictionCallback((key, _, reason, _) => _left.Add($"{key} {reason}"));

    private sealed class PassiveToken : IChangeToken
    {
        public bool HasChanged { get; set; }

        public bool ActiveChangeCallbacks => false;

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => throw new InvalidOperationException("It does not call.");
    }
}
