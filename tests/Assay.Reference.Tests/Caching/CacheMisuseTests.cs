using Assay.Reference.Caching;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Hostile options, keys, values, clocks and callbacks: a typed error or a bounded effect.</summary>
public sealed class CacheMisuseTests
{
    public static TheoryData<string> Caches => AllCaches.Names;

    [Theory]
    [MemberData(nameof(Caches))]
    public void Options_that_make_no_sense_are_refused(string kind)
    {
        Refused(options => options with { Capacity = 0 });
        Refused(options => options with { Capacity = long.MinValue });
        Refused(options => options with { Name = "" });
        Refused(options => options with { Terms = new EntryTerms(TimeSpan.Zero) });
        Refused(options => options with { Terms = new EntryTerms(null, TimeSpan.FromTicks(-1)) });
        Refused(options => options with { CleanupInterval = TimeSpan.Zero });
        Refused(options => options with { CleanupInterval = TimeSpan.MaxValue });
        Refused(options => options with { Loads = new LoadOptions { RefreshAhead = TimeSpan.FromMinutes(1) }, Terms = new EntryTerms(TimeSpan.FromMinutes(1)) });
        Refused(options => options with { Loads = new LoadOptions { StaleFor = TimeSpan.MinValue } });
        Refused(options => options with { Loads = new LoadOptions { RetryAfter = TimeSpan.Zero } });
        Refused(options => options with { Loads = new LoadOptions { SoftTimeout = TimeSpan.MaxValue } });
        Refused(options => options with { Loads = new LoadOptions { Timeout = TimeSpan.Zero } });

        void Refused(Func<CacheOptions<int, int>, CacheOptions<int, int>> change) =>
            Assert.Throws<ArgumentException>(() => AllCaches.Real[kind](change(new CacheOptions<int, int>())));
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task Arguments_that_make_no_sense_change_nothing(string kind)
    {
        var cache = AllCaches.Real[kind](new CacheOptions<int, int>());
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Set(1, 1, new EntryTerms(TimeSpan.Zero)));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.GetOrAdd(1, (_, _) => 1, 0, new EntryTerms(null, TimeSpan.MinValue)));
        Assert.Throws<ArgumentNullException>(() => cache.GetOrAdd(1, null!));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await cache.GetOrAddAsync(1, null!, TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(1), new CancellationToken(true)));
        Assert.Equal(0, cache.Count);
        var texts = new LruTtlCache<string, string?>(2);
        Assert.Throws<ArgumentNullException>(() => texts.TryGet(null!, out _));
        Assert.Throws<ArgumentNullException>(() => texts.Set(null!, ""));
    }

    [Fact]
    public void Null_is_a_value_and_a_key_of_a_megabyte_a_key()
    {
        var cache = new LruTtlCache<string, string?>(2);
        Assert.Null(cache.GetOrAdd("none", _ => null));
        Assert.Null(cache.GetOrAdd("none", _ => throw new InvalidOperationException("is there")));
        var huge = new string('k', 1_000_000);
        cache.Set(huge, "v");
        Assert.True(cache.TryGet(new string('k', 1_000_000), out _));
        for (var i = 0; i < 1000; i++)
            cache.Set($"stranger {i}", null);
        Assert.Equal(2, cache.Count);
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void Weights_that_make_no_sense_store_nothing_and_free_the_key(string kind)
    {
        var weight = 0L;
        var cache = AllCaches.Real[kind](new CacheOptions<int, int> { Capacity = 10, Weigh = (_, _) => weight < 99 ? weight : throw new InvalidDataException() });
        Assert.Throws<InvalidOperationException>(() => cache.Set(1, 1));
        Assert.Throws<InvalidOperationException>(() => cache.GetOrAdd(1, _ => 1));
        weight = -1;
        Assert.Throws<InvalidOperationException>(() => cache.Set(1, 1));
        weight = 99;
        Assert.Throws<InvalidDataException>(() => cache.Set(1, 1));
        Assert.Throws<InvalidDataException>(() => cache.GetOrAdd(1, _ => 1));
        Assert.Equal((0, 0L), (cache.Count, cache.Weight));
        weight = 11;
        Assert.Equal((false, 7), (cache.Set(1, 1), cache.GetOrAdd(1, _ => 7)));
        weight = 4;
        Assert.True(cache.Set(1, 1));
        weight = 7;
        // Weighed once: what was stored keeps its weight.
        cache.Set(2, 2);
        Assert.Equal((1, 7L), (cache.Count, cache.Weight));
        weight = 11;
        Assert.False(cache.Set(2, 3));
        Assert.Equal((0, 0L), (cache.Count, cache.Weight));
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void A_clock_that_goes_back_lets_nothing_live_again(string kind)
    {
        foreach (var origin in new[] { 0, -1, long.MaxValue - 1, long.MaxValue / 2, long.MinValue })
        {
            var clock = new ManualClock(timestamp: origin, allowsBackwardTimestamps: true);
            var cache = AllCaches.Real[kind](new CacheOptions<int, int> { Clock = clock, Terms = new EntryTerms(TimeSpan.FromTicks(3)) });
            cache.Set(1, 1);
            clock.Advance(TimeSpan.FromTicks(2));
            Assert.True(cache.TryGet(1, out _));
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.False(cache.TryGet(1, out _));
            cache.Set(2, 2);
            clock.SetTimestamp(unchecked(origin - 100));
            clock.SetUtcNow(ManualClock.DefaultStart.AddDays(-1));
            Assert.False(cache.TryGet(1, out _));
            Assert.True(cache.TryGet(2, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void Callbacks_may_use_the_cache_and_throw(string kind)
    {
        var (left, failures) = (new List<int>(), new List<Exception>());
        BoundedCache<int, int> cache = null!;
        cache = AllCaches.Real[kind](new CacheOptions<int, int>
        {
            Capacity = 3,
            Removed = (key, value, cause) =>
            {
                left.Add(value);
                Assert.False(cause == RemovalCause.Removed && cache.TryGet(key, out _));
                cache.TryRemove(-1, out _);
                throw new InvalidDataException();
            },
            CallbackFailed = failures.Add,
        });
        for (var i = 0; i < 5; i++)
            cache.Set(i, i);
        cache.TryRemove(4, out _);
        cache.Clear();
        Assert.Equal([0, 1, 2, 3, 4], left.Order());
        Assert.Equal((5, 5L), (failures.Count, cache.Statistics.FailedCallbacks));
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void A_removal_of_one_value_spares_another(string kind)
    {
        var cache = AllCaches.Real[kind](new CacheOptions<int, int>());
        cache.Set(1, 10);
        Assert.False(cache.TryRemove(new KeyValuePair<int, int>(1, 11)));
        Assert.True(cache.TryGet(1, out _));
        Assert.True(cache.TryRemove(new KeyValuePair<int, int>(1, 10)));
        Assert.Equal(0, cache.Count);
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void A_disposed_cache_lets_go_of_everything_and_stores_nothing(string kind)
    {
        var left = new List<RemovalCause>();
        var cache = AllCaches.Real[kind](new CacheOptions<int, int> { Removed = (_, _, cause) => left.Add(cause) });
        cache.Set(1, 1);
        Assert.Equal(2, cache.GetOrAdd(2, _ =>
        {
            cache.Dispose();
            return 2;
        }));
        cache.Dispose();
        Assert.Equal([RemovalCause.Cleared], left);
        Assert.False(cache.TryGet(2, out _));
        Assert.Throws<ObjectDisposedException>(() => cache.Set(1, 1));
        Assert.Throws<ObjectDisposedException>(() => cache.GetOrAdd(1, _ => 1));
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void A_timer_removes_what_has_expired_and_ends_with_the_cache(string kind)
    {
        var clock = new ManualClock();
        var cache = AllCaches.Real[kind](new CacheOptions<int, int>
        {
            Clock = clock, CleanupInterval = TimeSpan.FromSeconds(10), Terms = new EntryTerms(TimeSpan.FromSeconds(15)),
        });
        cache.Set(1, 1);
        cache.Set(2, 2, new EntryTerms(null, TimeSpan.FromSeconds(12)));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(cache.TryGet(2, out _));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGet(2, out _));
        cache.Dispose();
        Assert.Empty(clock.PendingTimers);
    }

    [Fact]
    public void Keys_are_compared_as_told()
    {
        var cache = new LruTtlCache<string, int>(new CacheOptions<string, int> { Comparer = StringComparer.OrdinalIgnoreCase });
        cache.Set("Tenant", 1);
        Assert.True(cache.TryGet("TENANT", out _));
        Assert.Equal(1, cache.GetOrAdd("tenant", _ => 2));
    }
}
