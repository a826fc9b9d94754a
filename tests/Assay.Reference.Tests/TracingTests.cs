using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Assay.Reference.Caching;
using Assay.Reference.Ledger;
using Assay.Reference.RateLimiting;
using Assay.Verify;

namespace Assay.Reference.Tests;

/// <summary>What a listener to <see cref="Tracing.SourceName"/> is told.</summary>
public sealed class TracingTests : IDisposable
{
    // Other tests run beside these, so each has a trace of its own and looks at no other.
    private readonly Activity _root = new Activity("test").Start();
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public TracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId != _root.TraceId)
                    return;
                lock (_ended)
                    _ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task A_load_is_one_span_with_a_link_to_each_caller_who_shares_it()
    {
        Activity.Current = _root;
        using var cache = new LruTtlCache<int, int>(new CacheOptions<int, int> { Name = "numbers" });
        var loading = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(loading.Task), TestContext.Current.CancellationToken).AsTask();
        using var other = new Activity("other").Start();
        var second = cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("one load"), TestContext.Current.CancellationToken).AsTask();
        loading.SetResult(5);
        Assert.Equal((5, 5), (await first, await second));
        var span = await EndedAsync("cache.load");
        Assert.Equal(_root.SpanId, span.ParentSpanId);
        Assert.Equal([other.SpanId], span.Links.Select(link => link.Context.SpanId));
        Assert.Equal("numbers", span.GetTagItem("assay.cache.name"));
        Assert.DoesNotContain(span.TagObjects, tag => Equals(tag.Value, 1));
        Assert.Equal(5, cache.GetOrAdd(1, _ => 6));
        Assert.Single(_ended);
    }

    [Fact]
    public async Task A_load_that_fails_says_so()
    {
        Activity.Current = _root;
        using var cache = new ScalableCache<int, int>(10);
        Assert.Throws<FormatException>(() => cache.GetOrAdd(1, _ => throw new FormatException()));
        var span = await EndedAsync("cache.load");
        Assert.Equal((ActivityStatusCode.Error, "FormatException"), (span.Status, span.StatusDescription));
    }

    [Fact]
    public async Task A_request_of_a_metered_ledger_and_a_wait_for_permits_are_spans()
    {
        Activity.Current = _root;
        using var meters = new Meters();
        await using var ledger = new MeteredLedger(new SingleWriterLedger(), meters, "main");
        await ledger.ExecuteAsync(new LedgerRequest.OpenAccount(RequestKey.Of("open"), 1, Currency.Of("EUR"), AccountBounds.Unbounded), TestContext.Current.CancellationToken);
        var request = await EndedAsync("ledger.request");
        Assert.Equal("Done", request.GetTagItem("assay.ledger.request.status"));
        Assert.Equal(_root.SpanId, request.ParentSpanId);

        var clock = new ManualClock();
        await using var limiter = new PermitRateLimiter(new TokenBucket(1, 1, TimeSpan.FromSeconds(1), clock), queueLimit: 1);
        using var granted = await limiter.AcquireAsync(1, TestContext.Current.CancellationToken);
        var waiting = limiter.AcquireAsync(1, TestContext.Current.CancellationToken).AsTask();
        Assert.Single(_ended);
        clock.Advance(TimeSpan.FromSeconds(1));
        using var waited = await waiting;
        Assert.Equal("granted", (await EndedAsync("rate_limiting.wait")).GetTagItem("assay.rate_limiting.result"));
    }

    [Fact]
    public void Only_a_decision_that_differs_from_its_shadow_is_a_span()
    {
        Activity.Current = _root;
        var limit = new ShadowLimit(new ShadowRecord("api"), new TokenBucket(1, 1, TimeSpan.FromSeconds(1), new ManualClock()));
        limit.TryAcquire();
        Assert.Empty(_ended);
        limit.TryAcquire();
        var span = Assert.Single(_ended);
        Assert.Equal(
            ("rate_limiting.shadow", "api", "granted", "rejected"),
            (span.OperationName, span.GetTagItem("assay.rate_limiter.name"), span.GetTagItem("assay.rate_limiting.result"), span.GetTagItem("assay.rate_limiting.shadow.result")));
        Assert.Equal(_root.SpanId, span.ParentSpanId);
    }

    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
    }

    // A span ends after its callers are told.
    private async Task<Activity> EndedAsync(string name)
    {
        while (true)
        {
            lock (_ended)
            {
                if (_ended.Find(activity => activity.OperationName == name) is { } found)
                    return found;
            }

            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
