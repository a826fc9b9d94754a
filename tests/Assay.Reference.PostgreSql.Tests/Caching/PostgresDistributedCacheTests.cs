using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Assay.Reference.PostgreSql.Caching;
using Assay.Verify;
using Microsoft.Extensions.Caching.Distributed;

namespace Assay.Reference.PostgreSql.Tests.Caching;

public sealed class PostgresDistributedCacheTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly DistributedCacheEntryOptions s_default = new();

    [Fact]
    public async Task What_was_set_is_read_until_it_is_removed_waiting_or_not()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = fixture.Bytes();
        foreach (var payload in (byte[][])[[1, 2, 3], [], [.. Enumerable.Repeat((byte)7, 300_000)]])
        {
            await cache.SetAsync("key", payload, s_default);
            Assert.Equal(payload, cache.Get("key"));
            cache.Set("key", [.. payload, 9], s_default);
            Assert.Equal([.. payload, 9], await cache.GetAsync("key"));
            await cache.RemoveAsync("key");
            Assert.Null(cache.Get("key"));
            cache.Set("key", payload, s_default);
            cache.Remove("key");
            Assert.Null(await cache.GetAsync("key"));
        }
    }

    [Fact]
    public async Task Buffers_go_in_in_pieces_and_come_out_whole()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        IBufferDistributedCache cache = fixture.Bytes();
        var pieces = Pieces([1, 2], [3, 4, 5]);
        await cache.SetAsync("async", pieces, s_default);
        cache.Set("sync", pieces, s_default);
        foreach (var key in (string[])["async", "sync"])
        {
            var (buffer, other) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
            Assert.True(await cache.TryGetAsync(key, buffer));
            Assert.True(cache.TryGet(key, other));
            Assert.Equal([1, 2, 3, 4, 5], buffer.WrittenSpan.ToArray());
            Assert.Equal([1, 2, 3, 4, 5], other.WrittenSpan.ToArray());
        }

        Assert.False(await cache.TryGetAsync("none", new ArrayBufferWriter<byte>()));
        Assert.False(cache.TryGet("none", new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public async Task An_entry_ends_by_the_clock_of_the_server_whatever_that_of_the_process_says()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = fixture.Bytes(new PostgresCacheOptions { Clock = new ManualClock(new DateTimeOffset(2070, 1, 1, 0, 0, 0, TimeSpan.Zero)) });
        await cache.SetAsync("relative", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(2) });
        await cache.SetAsync("default", [1], s_default);
        await cache.SetAsync("instant", [1], new() { AbsoluteExpiration = TimeProvider.System.GetUtcNow().AddHours(2).ToOffset(TimeSpan.FromHours(5)) });
        await cache.SetAsync("sooner", [1], new() { AbsoluteExpiration = TimeProvider.System.GetUtcNow().AddHours(2), AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(50) });
        await cache.SetAsync("over", [1], new() { AbsoluteExpiration = TimeProvider.System.GetUtcNow().AddHours(-2) });
        Assert.Equal(["default", "instant", "relative", "sooner"], await PresentAsync(cache, "relative", "default", "instant", "sooner", "over"));
        await PassAsync(fixture, "1 minute");
        Assert.Equal(["default", "instant", "relative"], await PresentAsync(cache, "relative", "default", "instant", "sooner"));
        await PassAsync(fixture, "20 minutes");
        Assert.Equal(["instant", "relative"], await PresentAsync(cache, "relative", "default", "instant"));
        await PassAsync(fixture, "100 minutes");
        Assert.Empty(await PresentAsync(cache, "relative", "instant"));
    }

    [Fact]
    public async Task An_idle_timeout_begins_anew_with_each_read_up_to_the_absolute_end()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = fixture.Bytes();
        await cache.SetAsync("key", [1], new() { SlidingExpiration = TimeSpan.FromHours(1), AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(2) });
        await PassAsync(fixture, "50 minutes");
        Assert.NotNull(await cache.GetAsync("key"));
        await PassAsync(fixture, "50 minutes");
        cache.Refresh("key");
        Assert.NotNull(cache.Get("key"));
        await PassAsync(fixture, "15 minutes");
        await cache.RefreshAsync("key");
        Assert.NotNull(await cache.GetAsync("key"));
        await PassAsync(fixture, "6 minutes");
        Assert.Null(await cache.GetAsync("key"));
        // Reading does not call back what is over.
        await cache.RefreshAsync("key");
        Assert.Null(cache.Get("key"));
    }

    [Fact]
    public async Task Times_that_never_end_and_instants_out_of_range_are_taken()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = fixture.Bytes();
        await cache.SetAsync("life", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue });
        await cache.SetAsync("idle", [1], new() { SlidingExpiration = TimeSpan.MaxValue });
        await cache.SetAsync("instant", [1], new() { AbsoluteExpiration = DateTimeOffset.MaxValue });
        await cache.SetAsync("over", [1], new() { AbsoluteExpiration = DateTimeOffset.MinValue });
        await cache.SetAsync("moment", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromTicks(1) });
        Assert.Equal(["idle", "instant", "life"], await PresentAsync(cache, "life", "idle", "instant", "over"));
    }

    [Fact]
    public async Task Strange_keys_are_keys_like_others_and_long_ones_are_refused()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = fixture.Bytes();
        string[] keys = ["", "Key", "key", "'; drop table entry; --", "\0", "\0\0", new string('ß', 512), "\\x00"];
        foreach (var key in keys)
            await cache.SetAsync(key, Encoding.UTF8.GetBytes(key), s_default);
        foreach (var key in keys)
            Assert.Equal(Encoding.UTF8.GetBytes(key), await cache.GetAsync(key));
        foreach (var key in (string[])[new string('x', 1025), new string('ß', 513), new string('x', 1_000_000), "\ud800"])
        {
            Assert.ThrowsAny<ArgumentException>(() => cache.Get(key));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await cache.SetAsync(key, [1], s_default));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await cache.RemoveAsync(key));
        }

        Assert.Throws<ArgumentNullException>(() => cache.Get(null!));
    }

    [Fact]
    public async Task A_payload_over_the_limit_is_refused_and_changes_nothing()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = fixture.Bytes(new PostgresCacheOptions { MaxPayload = 4 });
        await cache.SetAsync("key", [1, 2, 3, 4], s_default);
        await Assert.ThrowsAsync<ArgumentException>(() => cache.SetAsync("key", [1, 2, 3, 4, 5], s_default));
        Assert.Throws<ArgumentException>(() => cache.Set("key", Pieces([1, 2, 3], [4, 5]), s_default));
        Assert.Equal([1, 2, 3, 4], await cache.GetAsync("key"));
    }

    [Fact]
    public async Task A_sweep_takes_out_what_is_long_over_so_many_rows_at_a_time()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = fixture.Bytes();
        for (var i = 0; i < 25; i++)
            await cache.SetAsync($"key {i}", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) });
        await cache.SetAsync("stays", [1], s_default);
        await PassAsync(fixture, "2 minutes");
        // Over, but a load that is under way may still have to be refused.
        Assert.Equal(0, await cache.SweepAsync());
        await PassAsync(fixture, "5 minutes");
        Assert.Equal((long[])[10, 10, 5, 0], (long[])[await cache.SweepAsync(10), await cache.SweepAsync(10), await cache.SweepAsync(10), await cache.SweepAsync(10)]);
        Assert.Equal(["1"], await fixture.QueryAsync($"select count(*)::text from {fixture.Table}"));
        Assert.NotNull(await cache.GetAsync("stays"));
    }

    [Fact]
    public async Task A_sweep_takes_out_the_payloads_of_removed_tags_and_then_forgets_the_tags()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var (cache, hybrid) = (fixture.Bytes(), await fixture.HybridAsync());
        for (var i = 0; i < 6; i++)
            await hybrid.SetAsync($"key {i}", i, tags: i < 4 ? ["red"] : []);
        await hybrid.RemoveByTagAsync("red");
        await hybrid.SetAsync("key 0", 100, tags: ["red"]);
        Assert.Equal(2, await cache.SweepAsync(2));
        Assert.Equal((long[])[1, 0], (long[])[await cache.SweepAsync(2), await cache.SweepAsync(2)]);
        Assert.Equal(["3"], await fixture.QueryAsync($"select count(payload)::text from {fixture.Table}"));
        await hybrid.RemoveByTagAsync("*");
        Assert.Equal(3, await cache.SweepAsync());
        await fixture.ExecuteAsync($"update {fixture.Schema}.removed_tag set at = at - interval '11 minutes'");
        await cache.SweepAsync();
        Assert.Equal(["0"], await fixture.QueryAsync($"select count(*)::text from {fixture.Schema}.removed_tag"));
    }

    [Fact]
    public async Task The_schema_can_be_made_again_and_by_many_at_once()
    {
        var schema = SharedServer.NewSchema();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresDistributedCache.CreateSchemaAsync(shared.Source, schema)));
        var cache = new PostgresDistributedCache(shared.Source, new PostgresCacheOptions { Schema = schema });
        await cache.SetAsync("key", [1], s_default);
        await PostgresDistributedCache.CreateSchemaAsync(shared.Source, schema);
        Assert.NotNull(await cache.GetAsync("key"));
    }

    [Fact]
    public async Task Histories_of_several_clients_are_linearizable()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        for (var round = 0; round < 40; round++)
        {
            var recorder = new HistoryRecorder<RegisterCall<int>, Reply<int>>();
            var key = $"round {round}";
            await Task.WhenAll(Enumerable.Range(0, 3).Select(client => PlayAsync(fixture.Bytes(), recorder.NewLane(), key, new Random((round * 3) + client))));
            var verdict = Linearizability.Check(new RegisterModel<int>(-1), recorder.ToHistory());
            Assert.True(verdict.IsLinearizable, $"round {round}: {verdict}");
        }
    }

    // A key is a register; removing it writes the value of a miss.
    private static async Task PlayAsync(PostgresDistributedCache cache, HistoryLane<RegisterCall<int>, Reply<int>> lane, string key, Random random)
    {
        await Task.Yield();
        for (var i = 0; i < 6; i++)
        {
            var value = random.Next(5) == 0 ? -1 : random.Next(256);
            if (random.Next(2) == 0)
                await lane.CallAsync(new RegisterCall<int>.Read(), async _ => Reply<int>.Of(await cache.GetAsync(key) is { } found ? found[0] : -1));
            else
                await lane.CallAsync(new RegisterCall<int>.Write(value), async _ => await WriteAsync(cache, key, value));
        }
    }

    private static async Task<Reply<int>> WriteAsync(PostgresDistributedCache cache, string key, int value)
    {
        await (value < 0 ? cache.RemoveAsync(key) : cache.SetAsync(key, [(byte)value], s_default));
        return Reply<int>.Done;
    }

    // The server's clock cannot be moved: its entries are.
    private static Task PassAsync(CacheFixture fixture, string time) =>
        fixture.ExecuteAsync($"update {fixture.Table} set expires = expires - interval '{time}', last_expiry = last_expiry - interval '{time}'");

    private static async Task<List<string>> PresentAsync(PostgresDistributedCache cache, params string[] keys)
    {
        var present = new ConcurrentBag<string>();
        foreach (var key in keys)
        {
            if (await cache.GetAsync(key) is not null)
                present.Add(key);
        }

        return [.. present.Order(StringComparer.Ordinal)];
    }

    private static ReadOnlySequence<byte> Pieces(byte[] first, byte[] second)
    {
        var end = new Piece(second, first.Length);
        return new ReadOnlySequence<byte>(new Piece(first, 0, end), 0, end, second.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long index, Piece? next = null) => (Memory, RunningIndex, Next) = (bytes, index, next);
    }
}
