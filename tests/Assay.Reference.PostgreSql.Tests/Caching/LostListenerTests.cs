using Assay.Reference.PostgreSql.Caching;
using Assay.Verify;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Caching;

/// <summary>The server or the connection that hears of removals is lost; nothing is served that a removal put out of date.</summary>
public sealed class LostListenerTests
{
    private static readonly PostgresCacheOptions s_patient = new() { MaxStaleness = TimeSpan.FromHours(1), FirstRetryDelay = TimeSpan.FromMilliseconds(1), LongestRetryDelay = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task A_killed_server_comes_back_with_misses_and_no_load_from_before_is_stored()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await using var fixture = await CacheFixture.CreateAsync(source);
        var (one, two) = (await fixture.HybridAsync(s_patient), await fixture.HybridAsync(s_patient));
        await one.GetAsync("key", 1, "tag");
        await two.GetAsync("other", 1);
        var (loading, loaded) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var load = one.GetOrCreateAsync("loading", async _ => { loading.SetResult(); await loaded.Task; return 1; }).AsTask();
        await loading.Task;
        // The last that is heard of the key: recovery empties the tables, and with them the memory of this removal.
        await two.RemoveAsync("loading");
        await server.KillAsync();
        await server.UpAsync();
        NpgsqlConnection.ClearAllPools();
        await Task.WhenAll(one.CatchUpAsync(), two.CatchUpAsync());
        Assert.Equal((-1, -1), (await one.PeekAsync("key"), await two.PeekAsync("other")));
        Assert.Equal(2, await two.GetAsync("key", 2));
        Assert.Equal(2, await one.GetAsync("key", 3));
        loaded.SetResult();
        Assert.Equal(1, await load);
        Assert.Equal((-1, -1), (await one.PeekAsync("loading"), await two.PeekAsync("loading")));
    }

    [Fact]
    public async Task Without_the_server_reads_load_for_themselves_and_writes_fail()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await using var fixture = await CacheFixture.CreateAsync(source);
        var failures = 0;
        var cache = await fixture.HybridAsync(s_patient with { ReadFailed = _ => Interlocked.Increment(ref failures) });
        await cache.GetAsync("key", 1);
        await server.KillAsync();
        // Whether the loss has been noticed or not: the removal fails, and its own process does not read the value any more.
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await cache.RemoveAsync("key"));
        Assert.Equal(2, await cache.GetAsync("key", 2));
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await cache.SetAsync("key", 3));
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await cache.RemoveByTagAsync("tag"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await fixture.Bytes().GetAsync("key"));
        Assert.NotEqual(0, Volatile.Read(ref failures));
        await server.UpAsync();
    }

    [Fact]
    public async Task What_changes_while_nobody_hears_is_read_after_the_way_is_mended()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await using var fixture = await CacheFixture.CreateAsync(source);
        using var proxy = new BreakingProxy(server.Port);
        await using var proxied = NpgsqlDataSource.Create(Through(proxy, server));
        var (one, two) = (await fixture.HybridAsync(s_patient, listenOn: proxied), await fixture.HybridAsync(s_patient));
        for (var i = 0; i < 5; i++)
        {
            await two.SetAsync("key", i);
            await one.CatchUpAsync();
            Assert.Equal(i, await one.PeekAsync("key"));
            await one.GetAsync("key", -2);
            proxy.Cut();
            await two.SetAsync("key", 100 + i);
            proxy.Mend();
            await one.CatchUpAsync();
            Assert.Equal(100 + i, await one.PeekAsync("key"));
        }
    }

    [Fact]
    public async Task A_listener_that_breaks_at_each_point_of_its_talk_misses_nothing()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await using var fixture = await CacheFixture.CreateAsync(source);
        using var proxy = new BreakingProxy(server.Port);
        await using var proxied = NpgsqlDataSource.Create(Through(proxy, server));
        var (one, two) = (await fixture.HybridAsync(s_patient, listenOn: proxied), await fixture.HybridAsync(s_patient));
        for (var i = 0; i < 48; i++)
        {
            // First on the way to the server, then on the way back; every other time on a new connection.
            if (i % 2 == 0)
                proxy.Cut();
            proxy.BreakAfter(i % 24 / 2, isAnswer: i >= 24);
            proxy.Mend();
            await two.SetAsync("key", i);
            await one.CatchUpAsync();
            Assert.Equal(i, await one.GetAsync("key", -2));
        }

        Assert.True(proxy.Breaks >= 12, $"{proxy.Breaks} breaks");
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_not_trusted_for_longer_than_was_promised()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await using var fixture = await CacheFixture.CreateAsync(source);
        using var proxy = new BreakingProxy(server.Port);
        await using var proxied = NpgsqlDataSource.Create(Through(proxy, server));
        var clock = new ManualClock();
        var options = new PostgresCacheOptions { MaxStaleness = TimeSpan.FromSeconds(3), Clock = clock };
        var (one, two) = (await fixture.HybridAsync(options, listenOn: proxied), await fixture.HybridAsync(s_patient));
        await one.GetAsync("key", 1);
        proxy.FallSilent();
        await two.SetAsync("key", 2);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, await one.PeekAsync("key"));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, await one.PeekAsync("key"));
    }

    [Fact]
    public async Task Proofs_go_on_for_as_long_as_the_connection_does()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await using var fixture = await CacheFixture.CreateAsync(source);
        var (clock, failures) = (new ManualClock(), new List<Exception>());
        var cache = await fixture.HybridAsync(new PostgresCacheOptions { MaxStaleness = TimeSpan.FromSeconds(3), Clock = clock, ReadFailed = failures.Add });
        await cache.GetOrCreateAsync("key", _ => new ValueTask<int>(1), new() { Expiration = TimeSpan.FromDays(1) });
        await fixture.ExecuteAsync($"delete from {fixture.Table}");
        for (var i = 0; i < 50; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            await cache.CatchUpAsync();
            Assert.Equal(1, await cache.PeekAsync("key"));
        }

        Assert.Empty(failures);
    }

    private static NpgsqlConnectionStringBuilder Through(BreakingProxy proxy, PostgresServer server) => new(server.ConnectionString) { Port = proxy.Port };
}
