using System.Buffers;
using Assay.Reference.Caching;
using Assay.Reference.PostgreSql.Caching;
using Assay.Verify;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;

namespace Assay.Reference.PostgreSql.Tests.Caching;

public sealed class PostgresHybridCacheTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task A_value_is_loaded_once_for_all_processes()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var (one, two) = (await fixture.HybridAsync(), await fixture.HybridAsync());
        Assert.Equal(1, await one.GetAsync("key", 1));
        Assert.Equal(1, await one.GetAsync("key", 2));
        Assert.Equal(1, await two.GetAsync("key", 3));
    }

    [Fact]
    public async Task Callers_of_one_process_share_one_load()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = await fixture.HybridAsync();
        var (loads, loaded) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var callers = Enumerable.Range(0, 16).Select(_ => cache.GetOrCreateAsync("key", async _ => { await loaded.Task; return Interlocked.Increment(ref loads); }).AsTask()).ToList();
        loaded.SetResult();
        Assert.All(await Task.WhenAll(callers), value => Assert.Equal(1, value));
    }

    [Fact]
    public async Task The_first_level_answers_without_the_server_until_somebody_writes()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var (one, two) = (await fixture.HybridAsync(), await fixture.HybridAsync());
        await one.GetAsync("key", 1);
        // Behind the back of everybody.
        await fixture.ExecuteAsync($"delete from {fixture.Table}");
        Assert.Equal(1, await one.PeekAsync("key"));
        await two.SetAsync("key", 2);
        await one.CatchUpAsync();
        Assert.Equal((2, 2), (await one.PeekAsync("key"), await two.PeekAsync("key")));
        await fixture.Bytes().SetAsync("key", "3"u8.ToArray(), new DistributedCacheEntryOptions());
        await one.CatchUpAsync();
        Assert.Equal(3, await one.PeekAsync("key"));
    }

    [Fact]
    public async Task A_write_is_read_by_its_own_process_at_once()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = await fixture.HybridAsync();
        for (var i = 0; i < 20; i++)
        {
            await cache.SetAsync("key", i);
            Assert.Equal(i, await cache.GetAsync("key", -1));
        }
    }

    [Fact]
    public async Task Nothing_is_read_from_before_a_removal_that_was_completed_before()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var caches = new[] { await fixture.HybridAsync(), await fixture.HybridAsync(), await fixture.HybridAsync() };
        // The source is a number that only grows; who has changed it removes the key.
        var (source, removed, isOver) = (0, 0, false);
        var writer = Task.Run(async () =>
        {
            for (var i = 1; i <= 60; i++)
            {
                Volatile.Write(ref source, i);
                await caches[i % 3].RemoveAsync("key");
                Volatile.Write(ref removed, i);
            }

            Volatile.Write(ref isOver, true);
        });
        var readers = caches.SelectMany(cache => Enumerable.Range(0, 2).Select(reader => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var atLeast = Volatile.Read(ref removed);
                await cache.CatchUpAsync();
                var value = await cache.GetOrCreateAsync("key", async _ => { var read = Volatile.Read(ref source); await Task.Yield(); return read; });
                Assert.True(value >= atLeast, $"{value} is older than {atLeast}");
            }
        }))).ToList();
        await writer;
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task The_first_level_keeps_nothing_longer_than_the_server()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var clock = new ManualClock();
        var cache = await fixture.HybridAsync(new PostgresCacheOptions { MaxStaleness = TimeSpan.FromHours(1), Clock = clock });
        await cache.SetAsync("key", 1, new HybridCacheEntryOptions { Expiration = TimeSpan.FromMinutes(2) });
        // What a process writes it hears of as well, and drops.
        await cache.CatchUpAsync();
        await cache.GetAsync("key", 0);
        await fixture.ExecuteAsync($"delete from {fixture.Table}");
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, await cache.PeekAsync("key"));
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(-1, await cache.PeekAsync("key"));
    }

    [Fact]
    public async Task A_local_expiration_ends_the_first_level_alone()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var clock = new ManualClock();
        var cache = await fixture.HybridAsync(new PostgresCacheOptions { MaxStaleness = TimeSpan.FromHours(1), Clock = clock });
        var options = new HybridCacheEntryOptions { Expiration = TimeSpan.FromMinutes(20), LocalCacheExpiration = TimeSpan.FromSeconds(10) };
        await cache.GetOrCreateAsync("key", _ => new ValueTask<int>(1), options);
        await fixture.ExecuteAsync($"update {fixture.Table} set payload = '2'");
        clock.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal(1, await cache.PeekAsync("key"));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await cache.PeekAsync("key"));
    }

    [Fact]
    public async Task Flags_pass_by_what_they_name()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var (one, two) = (await fixture.HybridAsync(), await fixture.HybridAsync());
        Assert.Equal(0, await Get(one, "key", 1, HybridCacheEntryFlags.DisableUnderlyingData));
        Assert.Equal(1, await Get(one, "key", 1, HybridCacheEntryFlags.DisableDistributedCache));
        Assert.Equal((1, -1), (await one.PeekAsync("key"), await two.PeekAsync("key")));
        Assert.Equal(2, await Get(one, "key", 2, HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCacheRead));
        Assert.Equal((1, 2), (await one.PeekAsync("key"), await two.PeekAsync("key")));
        Assert.Equal(2, await Get(one, "key", 3, HybridCacheEntryFlags.DisableLocalCacheRead));
        Assert.Equal(2, await Get(two, "key", 4, HybridCacheEntryFlags.DisableUnderlyingData));
        await one.SetAsync("local", 5, new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableDistributedCacheWrite });
        Assert.Equal((5, -1), (await one.PeekAsync("local"), await two.PeekAsync("local")));

        static ValueTask<int> Get(HybridCache cache, string key, int value, HybridCacheEntryFlags flags) =>
            cache.GetOrCreateAsync(key, _ => new ValueTask<int>(value), new HybridCacheEntryOptions { Flags = flags });
    }

    [Fact]
    public async Task Values_of_all_kinds_go_through_the_second_level_as_they_were()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var options = new PostgresCacheOptions { MaxStaleness = TimeSpan.FromHours(1), Serializers = [new Own()] };
        var (one, two) = (await fixture.HybridAsync(options), await fixture.HybridAsync(options));
        await SameAsync("text", "gr\u00fc\u00df \0");
        await SameAsync("empty", "");
        await SameAsync<byte[]>("bytes", [1, 2, 3]);
        await SameAsync("record", new Quote("ASY", 12.5m, null));
        await SameAsync("own", 'x');
        await SameAsync<Quote?>("null", null);

        async Task SameAsync<T>(string key, T value)
        {
            Assert.Equal(value, await one.GetOrCreateAsync(key, _ => new ValueTask<T>(value)));
            Assert.Equal(value, await two.GetOrCreateAsync(key, _ => value is null ? new ValueTask<T>(value) : throw new InvalidOperationException("Loaded twice.")));
            Assert.Equal(value, await two.GetOrCreateAsync<T>(key, _ => throw new InvalidOperationException("Loaded again.")));
        }
    }

    [Fact]
    public async Task What_is_too_large_for_the_second_level_stays_in_the_first()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var options = new PostgresCacheOptions { MaxStaleness = TimeSpan.FromHours(1), MaxPayload = 3 };
        var (one, two) = (await fixture.HybridAsync(options), await fixture.HybridAsync(options));
        Assert.Equal(12345, await one.GetAsync("key", 12345));
        Assert.Equal((12345, -1), (await one.PeekAsync("key"), await two.PeekAsync("key")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await one.SetAsync("key", 12345));
        await two.RemoveAsync("key");
        await one.CatchUpAsync();
        Assert.Equal(-1, await one.PeekAsync("key"));
    }

    [Fact]
    public async Task Misuse_is_a_typed_error()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = await fixture.HybridAsync();
        var long_ = new string('x', 1_000_000);
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.GetAsync(long_, 1));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.SetAsync(long_, 1));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.RemoveAsync(long_));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.GetAsync("key", 1, long_));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.GetAsync("key", 1, "*"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.GetAsync("key", 1, "\0"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.RemoveByTagAsync("\0"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await cache.GetAsync("key", 1, [.. Enumerable.Range(0, 33).Select(i => $"{i}")]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await cache.SetAsync("key", 1, new HybridCacheEntryOptions { Expiration = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await cache.SetAsync<string>("key", null!));
        await cache.GetAsync("key", 1);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await cache.GetOrCreateAsync("key", _ => new ValueTask<string>("text")));
    }

    [Fact]
    public async Task What_a_factory_throws_is_not_kept()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = await fixture.HybridAsync();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () => await cache.GetOrCreateAsync<int>("key", _ => throw new TimeZoneNotFoundException()));
        Assert.Equal(2, await cache.GetAsync("key", 2));
    }

    [Fact]
    public async Task A_notice_that_nobody_understands_drops_the_first_level()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = await fixture.HybridAsync();
        await cache.GetAsync("key", 1);
        await fixture.ExecuteAsync($"delete from {fixture.Table}");
        var channel = new CacheTable(shared.Source, new PostgresCacheOptions { Schema = fixture.Schema[1..^1].Replace("\"\"", "\"") }).Channel;
        await fixture.ExecuteAsync($"notify {channel}, 'all'");
        await cache.CatchUpAsync();
        Assert.Equal(-1, await cache.PeekAsync("key"));
    }

    [Fact]
    public async Task A_cache_that_is_disposed_no_longer_trusts_its_first_level()
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source);
        var cache = await fixture.HybridAsync();
        await cache.GetAsync("key", 1);
        await cache.DisposeAsync();
        await fixture.Bytes().RemoveAsync("key");
        Assert.Equal(-1, await cache.PeekAsync("key"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => cache.CatchUpAsync());
        await cache.DisposeAsync();
    }

    [Theory]
    [InlineData(0, 1024, 3000)]
    [InlineData(60, 0, 3000)]
    [InlineData(60, 1 << 29, 3000)]
    [InlineData(60, 1024, 29)]
    public void Options_out_of_range_are_refused(int seconds, int payload, int staleness)
    {
        var options = new PostgresCacheOptions { TimeToLive = TimeSpan.FromSeconds(seconds), MaxPayload = payload, MaxStaleness = TimeSpan.FromMilliseconds(staleness) };
        Assert.Throws<ArgumentOutOfRangeException>(() => new PostgresDistributedCache(shared.Source, options));
        using var first = new LruTtlCache<string, FirstLevelEntry>(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PostgresHybridCache(shared.Source, first, options));
    }

    private sealed record Quote(string Symbol, decimal Price, int[]? Sizes);

    private sealed class Own : IHybridCacheSerializerFactory, IHybridCacheSerializer<char>
    {
        public bool TryCreateSerializer<T>([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IHybridCacheSerializer<T>? serializer) =>
            (serializer = this as IHybridCacheSerializer<T>) is not null;

        public char Deserialize(ReadOnlySequence<byte> source) => (char)source.FirstSpan[0];

        public void Serialize(char value, IBufferWriter<byte> target) => target.Write([(byte)value]);
    }
}
