using Assay.Reference.Caching;

namespace Assay.Reference.Tests.Caching;

/// <summary>Factories that use the cache: those that would wait for themselves fail at once, all others work.</summary>
public sealed class ReentrancyTests
{
    private readonly LruTtlCache<string, int> _cache = new(10);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_factory_that_asks_for_its_own_key_fails_at_once_and_frees_the_key()
    {
        Assert.Throws<InvalidOperationException>(() => _cache.GetOrAdd("a", key => _cache.GetOrAdd(key, _ => 1)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskTwice(_cache).AsTask());
        Assert.Equal(2, _cache.GetOrAdd("a", _ => 2));
        return;

        static async ValueTask<int> AskTwice(LruTtlCache<string, int> cache) => await cache.GetOrAddAsync("a", async (key, token) =>
        {
            await Task.Yield();
            return await cache.GetOrAddAsync(key, (_, _) => new ValueTask<int>(1), token);
        });
    }

    [Fact]
    public void A_circle_of_keys_and_caches_fails_at_once()
    {
        var other = new LruTtlCache<int, int>(10);
        Assert.Throws<InvalidOperationException>(() =>
            _cache.GetOrAdd("a", _ => other.GetOrAdd(1, _ => _cache.GetOrAdd("b", _ => _cache.GetOrAdd("a", _ => 1)))));
        Assert.Equal((0, 0), (_cache.Count, other.Count));
    }

    [Fact]
    public async Task Two_flows_that_wait_for_each_other_fail_instead()
    {
        var (a, b) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = Load("a", "b", a);
        var second = Load("b", "a", b);
        a.SetResult();
        b.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);

        async Task<int> Load(string key, string then, TaskCompletionSource when) => await _cache.GetOrAddAsync(key, async (_, token) =>
        {
            await when.Task;
            return await _cache.GetOrAddAsync(then, (_, _) => new ValueTask<int>(1), token);
        });
    }

    [Fact]
    public async Task Factories_may_ask_for_other_keys_also_the_same_ones()
    {
        var shared = new TaskCompletionSource<int>();
        var first = Load("a");
        var second = Load("b");
        shared.SetResult(5);
        Assert.Equal((6, 6), (await first, await second));
        Assert.Equal(7, _cache.GetOrAdd("c", _ => _cache.GetOrAdd("d", _ => 6) + 1));

        async Task<int> Load(string key) => await _cache.GetOrAddAsync(
            key, async (_, token) => 1 + await _cache.GetOrAddAsync("shared", (_, _) => new ValueTask<int>(shared.Task), token));
    }

    [Fact]
    public async Task A_flow_left_behind_by_an_ended_load_may_ask_for_its_key()
    {
        var (ended, left) = (new TaskCompletionSource(), Task.FromResult(0));
        _cache.GetOrAdd("a", key =>
        {
            left = Task.Run(
                async () =>
                {
                    await ended.Task;
                    return await _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(2), Ended);
                },
                Ended);
            return 1;
        });
        _cache.TryRemove("a", out _);
        ended.SetResult();
        Assert.Equal(2, await left);
    }

    [Fact]
    public async Task A_caller_who_gives_up_closes_no_circle()
    {
        // A waits for B and gives up; then B may wait for A.
        using var impatience = new CancellationTokenSource();
        var (b, a) = (new TaskCompletionSource(), new TaskCompletionSource<int>());
        var second = _cache.GetOrAddAsync("b", async (_, token) =>
        {
            await b.Task;
            return await _cache.GetOrAddAsync("a", (_, _) => throw new InvalidOperationException("is being loaded"), token);
        }, Ended).AsTask();
        var first = _cache.GetOrAddAsync("a", async (_, _) =>
        {
            try
            {
                await _cache.GetOrAddAsync("b", (_, _) => throw new InvalidOperationException("is being loaded"), impatience.Token);
            }
            catch (OperationCanceledException)
            {
                return await a.Task;
            }

            return 0;
        }, Ended).AsTask();
        await impatience.CancelAsync();
        b.SetResult();
        Assert.False(second.IsFaulted);
        a.SetResult(3);
        Assert.Equal((3, 3), (await first, await second));
    }
}
