using Assay.Reference.Caching;
using Assay.Verify;

namespace Assay.Reference.Tests.Caching;

/// <summary>Expired values for callers whose load fails or lasts, refreshing ahead, timeouts.</summary>
public sealed class LoadOptionsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ManualClock _clock = new();

    public static TheoryData<string> Caches => AllCaches.Names;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task A_failed_load_is_answered_by_the_expired_value_for_as_long_as_told(string kind)
    {
        var cache = Create(kind, new LoadOptions { StaleFor = 10 * Minute, RetryAfter = Minute });
        cache.Set(1, 10);
        _clock.Advance(Minute);
        Assert.False(cache.TryGet(1, out _));
        var loads = 0;
        Assert.Equal(10, cache.GetOrAdd(1, Fails));
        // Not tried again at once.
        Assert.Equal((10, 1), (await cache.GetOrAddAsync(1, (_, _) => throw new InvalidDataException(), Ended), loads));
        _clock.Advance(Minute);
        Assert.Equal((10, 2), (cache.GetOrAdd(1, Fails), loads));
        _clock.Advance(9 * Minute);
        Assert.Throws<InvalidDataException>(() => cache.GetOrAdd(1, Fails));
        Assert.Equal((3, 3, 3), (cache.Statistics.StaleHits, cache.Statistics.FailedLoads, loads));

        int Fails(int key)
        {
            loads++;
            throw new InvalidDataException();
        }
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void A_removed_value_does_not_come_back_as_an_expired_one(string kind)
    {
        var cache = Create(kind, new LoadOptions { StaleFor = Minute });
        cache.Set(1, 10);
        _clock.Advance(Minute);
        Assert.Throws<InvalidDataException>(() => cache.GetOrAdd(1, key =>
        {
            cache.TryRemove(key, out _);
            throw new InvalidDataException();
        }));
        Assert.Equal(0, cache.Count);
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task After_the_soft_timeout_the_expired_value_is_handed_out_and_the_load_goes_on(string kind)
    {
        var cache = Create(kind, new LoadOptions { StaleFor = 10 * Minute, SoftTimeout = TimeSpan.FromSeconds(1) });
        cache.Set(1, 10);
        _clock.Advance(Minute);
        var load = new TaskCompletionSource<int>();
        using var source = new CancellationTokenSource();
        var caller = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(load.Task), source.Token).AsTask();
        Assert.False(caller.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, await caller);
        await source.CancelAsync();
        load.SetResult(20);
        Assert.Equal(20, await cache.GetOrAddAsync(1, Never, Ended));
        Assert.Empty(_clock.PendingTimers);
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task A_soft_timeout_without_an_expired_value_is_none(string kind)
    {
        var cache = Create(kind, new LoadOptions { StaleFor = Minute, SoftTimeout = TimeSpan.FromSeconds(1) });
        var load = new TaskCompletionSource<int>();
        var caller = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(load.Task), Ended).AsTask();
        _clock.Advance(Minute);
        Assert.False(caller.IsCompleted);
        load.SetResult(20);
        Assert.Equal(20, await caller);
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task The_timeout_frees_callers_and_key_and_drops_what_comes_late(string kind)
    {
        var cache = Create(kind, new LoadOptions { Timeout = TimeSpan.FromSeconds(5) });
        var (late, token) = (new TaskCompletionSource<int>(), CancellationToken.None);
        var callers = Enumerable.Range(0, 2).Select(_ => cache.GetOrAddAsync(1, Late, Ended).AsTask()).ToList();
        _clock.Advance(TimeSpan.FromSeconds(5));
        foreach (var caller in callers)
            await Assert.ThrowsAsync<TimeoutException>(() => caller);
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(2, await cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(2), Ended));
        late.SetResult(1);
        Assert.Equal(2, await cache.GetOrAddAsync(1, Never, Ended));

        ValueTask<int> Late(int key, CancellationToken cancellation)
        {
            token = cancellation;
            return new ValueTask<int>(late.Task);
        }
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task A_factory_that_heeds_its_token_ends_in_a_timeout_too(string kind)
    {
        var cache = Create(kind, new LoadOptions { Timeout = TimeSpan.FromSeconds(5) });
        var caller = cache.GetOrAddAsync(
            1,
            async (_, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
                return 1;
            },
            Ended).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => caller);
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task An_entry_near_its_end_is_refreshed_once_without_a_wait(string kind)
    {
        var cache = Create(kind, new LoadOptions { RefreshAhead = TimeSpan.FromSeconds(10) });
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(49));
        Assert.Equal(10, await cache.GetOrAddAsync(1, Never, Ended));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var (began, load) = (new SemaphoreSlim(0), new TaskCompletionSource<int>());
        for (var i = 0; i < 3; i++)
            Assert.Equal(10, await cache.GetOrAddAsync(1, Refreshes, Ended));
        await began.WaitAsync(Ended);
        Assert.Equal(10, await cache.GetOrAddAsync(1, Refreshes, Ended));
        // Its end meets the refresh under way: the caller waits for that one.
        _clock.Advance(TimeSpan.FromSeconds(10));
        var caller = cache.GetOrAddAsync(1, Never, Ended).AsTask();
        load.SetResult(20);
        Assert.Equal(20, await caller);
        Assert.Equal((0, 1), (began.CurrentCount, cache.Statistics.Loads));

        ValueTask<int> Refreshes(int key, CancellationToken token)
        {
            began.Release();
            return new ValueTask<int>(load.Task);
        }
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task A_refresh_that_a_removal_overtakes_stores_nothing(string kind)
    {
        var cache = Create(kind, new LoadOptions { RefreshAhead = TimeSpan.FromSeconds(10) });
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(55));
        var (began, load) = (new SemaphoreSlim(0), new TaskCompletionSource<int>());
        await cache.GetOrAddAsync(1, Refreshes, Ended);
        await began.WaitAsync(Ended);
        cache.TryRemove(1, out _);
        load.SetResult(20);
        Assert.False(cache.TryGet(1, out _));

        ValueTask<int> Refreshes(int key, CancellationToken token)
        {
            began.Release();
            return new ValueTask<int>(load.Task);
        }
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task A_refresh_does_not_see_the_context_of_the_reader_who_set_it_off(string kind)
    {
        var cache = Create(kind, new LoadOptions { RefreshAhead = TimeSpan.FromSeconds(10) });
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(55));
        var (request, seen) = (new AsyncLocal<string> { Value = "request 7" }, new TaskCompletionSource<string?>());
        Assert.Equal(10, cache.GetOrAdd(1, _ =>
        {
            seen.SetResult(request.Value);
            return 20;
        }));
        Assert.Null(await seen.Task);
    }

    private static ValueTask<int> Never(int key, CancellationToken token) => throw new InvalidOperationException("not to be called");

    private BoundedCache<int, int> Create(string kind, LoadOptions loads) => AllCaches.Real[kind](
        new CacheOptions<int, int> { Capacity = 3, Clock = _clock, Terms = new EntryTerms(Minute), Loads = loads });
}
