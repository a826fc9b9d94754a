using System.Buffers;
using System.Diagnostics.Metrics;
using Assay.Reference.Caching;
using Assay.Verify;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Assay.Reference.Tests.Caching;

/// <summary>The caches behind the contracts of others.</summary>
public sealed class CacheAdapterTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ManualClock _clock = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_distributed_cache_keeps_bytes_for_as_long_as_told()
    {
        var cache = new BoundedDistributedCache(new LruTtlCache<string, byte[]>(10, clock: _clock), _clock);
        await cache.SetAsync("plain", [1], new DistributedCacheEntryOptions(), Ended);
        await cache.SetAsync("until", [2], new DistributedCacheEntryOptions { AbsoluteExpiration = _clock.GetUtcNow() + Minute }, Ended);
        await cache.SetAsync("sliding", [3], new DistributedCacheEntryOptions { SlidingExpiration = 2 * Minute }, Ended);
        _clock.Advance(Minute);
        Assert.Equal([1], await cache.GetAsync("plain", Ended) ?? []);
        Assert.Null(await cache.GetAsync("until", Ended));
        await cache.RefreshAsync("sliding", Ended);
        _clock.Advance(Minute);
        var buffer = new ArrayBufferWriter<byte>();
        Assert.True(await cache.TryGetAsync("sliding", buffer, Ended));
        Assert.Equal([3], buffer.WrittenSpan.ToArray());
        _clock.Advance(2 * Minute);
        Assert.False(cache.TryGet("sliding", buffer));
        await cache.RemoveAsync("plain", Ended);
        Assert.Null(cache.Get("plain"));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            cache.Set("late", [4], new DistributedCacheEntryOptions { AbsoluteExpiration = _clock.GetUtcNow() }));
    }

    [Fact]
    public void Bytes_are_copied_in_and_out()
    {
        var cache = new BoundedDistributedCache(new LruTtlCache<string, byte[]>(10));
        byte[] bytes = [1, 2];
        cache.Set("key", bytes, new DistributedCacheEntryOptions());
        bytes[0] = 9;
        cache.Get("key")![1] = 9;
        Assert.Equal([1, 2], cache.Get("key") ?? []);
        cache.Set("key", new ReadOnlySequence<byte>([5, 6]), new DistributedCacheEntryOptions());
        Assert.Equal([5, 6], cache.Get("key") ?? []);
    }

    [Fact]
    public async Task A_hybrid_cache_loads_once_and_heeds_expirations_flags_and_types()
    {
        var cache = Hybrid();
        var options = new HybridCacheEntryOptions { Expiration = 2 * Minute, LocalCacheExpiration = Minute };
        Assert.Equal((1, 1), (await Get("a", 1, options), await Get("a", 2)));
        _clock.Advance(Minute);
        Assert.Equal(3, await Get("a", 3, options));
        Assert.Equal(0, await Get("b", 4, new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableUnderlyingData }));
        Assert.Equal(5, await Get("b", 5, new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite }));
        Assert.Equal(6, await Get("b", 6));
        Assert.Equal(7, await Get("b", 7, new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheRead }));
        Assert.Equal(7, await Get("b", 8));
        await cache.SetAsync("b", "text", cancellationToken: Ended);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Get("b", 9).AsTask());
        await cache.RemoveAsync("b", Ended);
        Assert.Equal(10, await Get("b", 10));
        Assert.Null(await cache.GetOrCreateAsync<string?>("none", _ => new ValueTask<string?>((string?)null), cancellationToken: Ended));

        ValueTask<int> Get(string key, int value, HybridCacheEntryOptions? how = null) =>
            cache.GetOrCreateAsync(key, _ => new ValueTask<int>(value), how, cancellationToken: Ended);
    }

    [Fact]
    public async Task A_removed_tag_outdates_entries_and_loads_from_before_it_and_no_others()
    {
        var cache = Hybrid();
        Assert.Equal(1, await Get("a", 1, "red", "round"));
        Assert.Equal(1, await Get("b", 1, "blue"));
        await cache.RemoveByTagAsync("red", Ended);
        Assert.Equal((2, 1), (await Get("a", 2, "red"), await Get("b", 2, "blue")));
        // An entry younger than the removal stays, however late it is read.
        _clock.Advance(Minute);
        Assert.Equal(2, await Get("a", 3, "red"));

        var slow = new TaskCompletionSource<int>();
        var before = cache.GetOrCreateAsync("c", async _ => await slow.Task, tags: ["red"], cancellationToken: Ended).AsTask();
        await cache.RemoveByTagAsync("red", Ended);
        var after = Get("c", 20, "red").AsTask();
        slow.SetResult(10);
        Assert.Equal((10, 20, 20), (await before, await after, await Get("c", 30, "red")));
        await cache.RemoveByTagAsync("*", Ended);
        Assert.Equal((4, 4), (await Get("a", 4), await Get("b", 4)));

        ValueTask<int> Get(string key, int value, params string[] tags) =>
            cache.GetOrCreateAsync(key, _ => new ValueTask<int>(value), tags: tags, cancellationToken: Ended);
    }

    [Fact]
    public void Tags_without_end_are_bounded_and_err_on_the_side_of_loading()
    {
        var tags = new TagClock(mostTags: 10);
        for (var i = 0; i < 100; i++)
            tags.Remove($"tag {i}");
        Assert.True(tags.IsOutOfDate(["tag 1"], birth: 0));
        Assert.False(tags.IsOutOfDate(["tag 1"], tags.Now));
        Assert.False(tags.IsOutOfDate([], birth: 0));
        tags.Remove("other");
        Assert.False(tags.IsOutOfDate(["tag 99"], tags.Now - 1));
    }

    [Fact]
    public void A_service_collection_makes_them_by_name_with_clock_and_metrics()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<IMeterFactory, Meters>();
        services.AddAssayCache<string, int>("orders", options => (options.Capacity, options.Terms) = (10, new EntryTerms(Minute)));
        services.AddAssayCache<string, int>("users", options => options.Capacity = 20, CachePolicy.Scalable);
        services.AddAssayCache<int, int>("bad", options => options.Capacity = -1);
        BoundedCache<string, int> orders;
        using (var provider = services.BuildServiceProvider(validateScopes: true))
        {
            orders = provider.GetRequiredService<BoundedCache<string, int>>();
            Assert.Same(orders, provider.GetRequiredKeyedService<ICache<string, int>>("orders"));
            Assert.Same(orders, provider.GetRequiredService<ICache<string, int>>());
            Assert.IsType<ScalableCache<string, int>>(provider.GetRequiredKeyedService<BoundedCache<string, int>>("users"));
            Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ICache<int, int>>());
            orders.Set("a", 1);
            orders.TryGet("a", out _);
            _clock.Advance(Minute);
            orders.TryGet("a", out _);
            Assert.Equal(1, Measured(provider, "assay.cache.requests", "orders", "hit"));
            Assert.Equal(1, Measured(provider, "assay.cache.requests", "orders", "miss"));
            Assert.Equal(1, Measured(provider, "assay.cache.entries", "orders", null));
        }

        Assert.Throws<ObjectDisposedException>(() => orders.Set("a", 1));
    }

    [Fact]
    public void A_shared_value_is_disposed_once_after_the_cache_and_its_last_reader_are_done()
    {
        var cache = new LruTtlCache<int, SharedValue<Disposable>>(
            new CacheOptions<int, SharedValue<Disposable>> { Capacity = 1, Removed = (_, shared, _) => shared.Retire() });
        var value = new Disposable();
        var shared = cache.GetOrAdd(1, _ => new SharedValue<Disposable>(value));
        Assert.True(shared.TryLease(out var lease));
        cache.Set(2, new SharedValue<Disposable>(new Disposable()));
        Assert.Equal((0, true), (value.Disposals, lease.Value == value));
        Assert.True(shared.TryLease(out var second));
        second.Dispose();
        second.Dispose();
        Assert.Equal(0, value.Disposals);
        lease.Dispose();
        shared.Retire();
        Assert.Equal(1, value.Disposals);
        Assert.False(shared.TryLease(out _));
        Assert.Throws<ObjectDisposedException>(() => lease.Value);
    }

    [Fact]
    public void The_metrics_have_the_shape_of_dotnets_own_and_never_a_key()
    {
        using var metrics = new CacheMetrics(new Meters());
        using var cache = new LruTtlCache<string, int>(new CacheOptions<string, int>
        {
            Name = "orders",
            Capacity = 1,
            Clock = _clock,
            Terms = new EntryTerms(Minute),
            Loads = new LoadOptions { StaleFor = Minute },
        });
        metrics.Add(cache);
        cache.GetOrAdd("secret", _ => 1);
        cache.TryGet("secret", out _);
        _clock.Advance(Minute);
        cache.GetOrAdd("secret", _ => throw new FormatException());
        _clock.Advance(Minute);
        cache.Set("a", 1);
        cache.Set("b", 1);
        var measured = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == CacheMetrics.MeterName && instrument.Meter.Scope is Meters)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add(
            $"{instrument.Name}{instrument.Unit} {string.Join(' ', tags.ToArray().Where(tag => tag.Key != "cache.name").Select(tag => $"{tag.Key}={tag.Value} "))}{value}"));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(
            [
                "assay.cache.entries{entry} 1",
                "assay.cache.estimated_size{weight} 1",
                "assay.cache.evictions{entry} cache.eviction.reason=capacity 1",
                "assay.cache.evictions{entry} cache.eviction.reason=expired 1",
                "assay.cache.loads{load} cache.load.result=failure 1",
                "assay.cache.loads{load} cache.load.result=success 1",
                "assay.cache.requests{request} cache.request.type=hit 1",
                "assay.cache.requests{request} cache.request.type=miss 1",
                "assay.cache.requests{request} cache.request.type=stale 1",
            ],
            measured.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_leased_value_lives_while_the_cache_drops_it_under_its_readers()
    {
        Assert.Null(Dead(shared => shared.Retire()));
        // H-CA-11: what left the cache is disposed at once, whoever reads it.
        Assert.NotNull(Dead(shared => shared.Value.Dispose()));

        // The reader keeps each lease until the writer has been through all keys once more.
        static string? Dead(Action<Readable> retire)
        {
            using var cache = new ScalableCache<int, Readable>(
                new CacheOptions<int, Readable> { Capacity = 2, Removed = (_, left, _) => retire(left) });
            var (dead, isOver, sets) = ((string?)null, false, 0);
            var writer = new Thread(() =>
            {
                for (var i = 0; !Volatile.Read(ref isOver); i++)
                {
                    cache.Set(i % 3, new Readable(new Disposable()));
                    Volatile.Write(ref sets, i);
                }
            });
            writer.Start();
            for (var leases = 0; leases < 300 && dead is null;)
            {
                if (!cache.TryGet(1, out var found) || !found.Shared.TryLease(out var lease))
                    continue;
                using (lease)
                {
                    var later = Volatile.Read(ref sets) + 4;
                    SpinWait.SpinUntil(() => Volatile.Read(ref sets) >= later);
                    dead = lease.Value.Disposals > 0 ? "disposed while it was leased" : null;
                    leases++;
                }
            }

            Volatile.Write(ref isOver, true);
            writer.Join();
            return dead;
        }
    }

    private static long Measured(IServiceProvider provider, string instrument, string cache, string? type)
    {
        var sum = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (published, listening) =>
        {
            if (published.Name == instrument && published.Meter.Scope == provider.GetRequiredService<IMeterFactory>())
                listening.EnableMeasurementEvents(published);
        };
        listener.SetMeasurementEventCallback<long>((_, measured, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            if (all["cache.name"] == cache && (type is null || all["cache.request.type"] == type))
                sum += measured;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;
    }

    private BoundedHybridCache Hybrid() => new(new LruTtlCache<string, TaggedValue>(10, clock: _clock));

    private sealed class Readable(Disposable value)
    {
        public Disposable Value => value;

        public SharedValue<Disposable> Shared { get; } = new(value);

        public void Retire() => Shared.Retire();
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(new MeterOptions(options.Name) { Scope = this });

        public void Dispose()
        {
        }
    }

    internal sealed class Disposable : IDisposable
    {
        public int Disposals { get; private set; }

        public void Dispose() => Disposals++;
    }
}
