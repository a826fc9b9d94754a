using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;
using Assay.Verify;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Assay.Reference.AspNetCore.Tests;

/// <summary>Named limits in the container: keyed services, options checked at the start, counts as metrics.</summary>
public sealed class RegistrationTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Every_form_of_a_named_limit_resolves_and_runs_on_the_registered_clock()
    {
        await using var provider = Provider(("api", Api), ("jobs", options => (options.Algorithm, options.Capacity) = (RateLimitAlgorithm.Concurrency, 1)));
        var limit = provider.GetRequiredKeyedService<PermitLimit>("api");
        Assert.Same(_clock, limit.Clock);
        Assert.Same(limit, provider.GetRequiredKeyedService<PermitLimit>("api"));
        var limiter = provider.GetRequiredKeyedService<RateLimiter>("api");
        Assert.True(limiter.AttemptAcquire(2).IsAcquired);
        Assert.Equal(0, limit.TryAcquire(0).Remaining);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, limit.TryAcquire(0).Remaining);
        var byKey = provider.GetRequiredKeyedService<PartitionedRateLimiter<string>>("api");
        Assert.True(byKey.AttemptAcquire("tenant", 2).IsAcquired);
        Assert.False(provider.GetRequiredKeyedService<KeyedLimit<string>>("api").TryAcquire("tenant").IsAllowed);
        Assert.IsType<ConcurrencyLimit>(provider.GetRequiredKeyedService<PermitLimit>("jobs"));
        Assert.Null(provider.GetKeyedService<RateLimiter>("other"));
    }

    [Fact]
    public async Task A_wrong_option_stops_the_host_at_its_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(async () => await LoopbackHost.StartAsync(
            services => services.AddAssayRateLimiting("api", options => (options.Capacity, options.MaxKeys) = (-1, 0)), _ => { }));
        Assert.Equal(3, failure.Failures.Count());
        Assert.All(failure.Failures, one => Assert.StartsWith("Rate limit 'api': ", one, StringComparison.Ordinal));
        foreach (var option in new[] { "Capacity is -1", "MaxKeys is 0", "Period is 00:00:00" })
            Assert.Contains(option, failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<RateLimitOptions>> Wrong => new()
    {
        { "Algorithm", options => options.Algorithm = (RateLimitAlgorithm)9 },
        { "PermitsPerPeriod", options => options.PermitsPerPeriod = 0 },
        { "Segments", options => options.Segments = 0 },
        { "QueueLimit", options => options.QueueLimit = -1 },
        { "IsShadow", options => (options.Algorithm, options.IsShadow) = (RateLimitAlgorithm.Concurrency, true) },
        { "QueueOrder", options => options.QueueOrder = (QueueProcessingOrder)9 },
        { "SweepInterval", options => options.SweepInterval = TimeSpan.FromDays(2) },
        { "resolve this rate", options => (options.PermitsPerPeriod, options.Period) = (int.MaxValue, TimeSpan.FromTicks(1)) },
        { "decades", options => (options.PermitsPerPeriod, options.Period) = (1, TimeSpan.MaxValue) },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Whatever_is_wrong_is_named(string part, Action<RateLimitOptions> spoil)
    {
        var options = new RateLimitOptions();
        Api(options);
        var validator = new RateLimitOptionsValidator(_clock);
        Assert.True(validator.Validate("api", options).Succeeded);
        spoil(options);
        Assert.Contains(part, Assert.Single(validator.Validate("api", options).Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.TokenBucket, typeof(TokenBucket))]
    [InlineData(RateLimitAlgorithm.FixedWindow, typeof(FixedWindow))]
    [InlineData(RateLimitAlgorithm.SlidingLog, typeof(SlidingLog))]
    [InlineData(RateLimitAlgorithm.SlidingCounter, typeof(SlidingCounter))]
    [InlineData(RateLimitAlgorithm.Concurrency, typeof(ConcurrencyLimit))]
    public void Each_algorithm_makes_its_limit(RateLimitAlgorithm algorithm, Type type)
    {
        var options = new RateLimitOptions { Algorithm = algorithm, Capacity = 2, Period = TimeSpan.FromSeconds(1), UsesCoarseClock = true };
        Assert.IsType(type, options.CreateLimit(_clock));
        Assert.Same(_clock, options.CreateLimit(_clock).Clock);
        Assert.IsType<CoarseClock>(options.CreateLimit(TimeProvider.System).Clock);
    }

    [Fact]
    public async Task Counts_are_told_by_name_and_never_by_key()
    {
        await using var provider = Provider(("api", Api), ("tried", options =>
        {
            Api(options);
            options.IsShadow = true;
        }));
        var measured = new List<(string Instrument, long Value, string Tags)>();
        using var listener = new MeterListener();
        var meters = provider.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == RateLimitMetrics.MeterName && instrument.Meter.Scope == meters)
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measured.Add((instrument.Name, value, string.Join(",", tags.ToArray().Select(tag => tag.Value)))));
        listener.Start();

        var byKey = provider.GetRequiredKeyedService<PartitionedRateLimiter<string>>("api");
        byKey.AttemptAcquire("secret tenant");
        byKey.AttemptAcquire("another");
        var limiter = provider.GetRequiredKeyedService<RateLimiter>("api");
        limiter.AttemptAcquire(2);
        limiter.AttemptAcquire();
        var waiting = limiter.AcquireAsync(1, TestContext.Current.CancellationToken);
        var tried = provider.GetRequiredKeyedService<PartitionedRateLimiter<string>>("tried");
        for (var i = 0; i < 5; i++)
            Assert.True(tried.AttemptAcquire("secret tenant").IsAcquired);
        listener.RecordObservableInstruments();

        Assert.Contains(("assay.rate_limiting.shadow.requests", 2, "tried,granted,granted"), measured);
        Assert.Contains(("assay.rate_limiting.shadow.requests", 3, "tried,granted,rejected"), measured);
        Assert.Contains(("assay.rate_limiting.shadow.requests", 0, "tried,rejected,granted"), measured);
        Assert.False(waiting.IsCompleted);
        Assert.Contains(("assay.rate_limiting.requests", 1, "api,granted"), measured);
        Assert.Contains(("assay.rate_limiting.requests", 1, "api,rejected"), measured);
        Assert.Contains(("assay.rate_limiting.requests", 2, "api by key,granted"), measured);
        Assert.Contains(("assay.rate_limiting.queued_permits", 1, "api"), measured);
        Assert.Contains(("assay.rate_limiting.keys", 2, "api by key"), measured);
        Assert.DoesNotContain(measured, one => one.Tags.Contains("tenant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Limits_in_use_take_over_the_numbers_of_a_configuration_that_is_loaded_again()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Api:Capacity"] = "2",
            ["Api:Period"] = "00:00:10",
        }).Build();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock).Configure<RateLimitOptions>("api", configuration.GetSection("Api"));
        services.AddAssayRateLimiting("api", options => options.MaxKeys = 10);
        await using var provider = services.BuildServiceProvider();
        var (limit, keyed) = (provider.GetRequiredKeyedService<PermitLimit>("api"), provider.GetRequiredKeyedService<KeyedLimit<string>>("api"));
        limit.TryAcquire(2);
        keyed.TryAcquire("tenant", 2);

        configuration["Api:Capacity"] = "5";
        configuration.Reload();
        Assert.Equal((5, 2), (limit.Capacity, limit.TryAcquire().Remaining));
        Assert.Equal((2, 4), (keyed.TryAcquire("tenant").Remaining, keyed.TryAcquire("another").Remaining));

        // Wrong numbers, and another algorithm, are errors of whoever reloads; the limits stay.
        configuration["Api:Capacity"] = "-1";
        Assert.ThrowsAny<Exception>(configuration.Reload);
        configuration["Api:Capacity"] = "7";
        configuration["Api:Algorithm"] = "SlidingLog";
        Assert.ThrowsAny<Exception>(configuration.Reload);
        Assert.Equal((5, 1), (limit.Capacity, limit.TryAcquire().Remaining));
        configuration["Api:Algorithm"] = "TokenBucket";
        configuration.Reload();
        Assert.Equal((7, 2), (limit.Capacity, limit.TryAcquire().Remaining));
    }

    private static void Api(RateLimitOptions options) =>
        (options.Capacity, options.PermitsPerPeriod, options.Period, options.QueueLimit) = (2, 1, TimeSpan.FromSeconds(1), 5);

    private ServiceProvider Provider(params (string Name, Action<RateLimitOptions> Configure)[] limits)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock).AddMetrics();
        foreach (var (name, configure) in limits)
            services.AddAssayRateLimiting(name, configure);
        return services.BuildServiceProvider();
    }
}
