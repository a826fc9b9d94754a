using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers named limits.</summary>
public static class RateLimitingServices
{
    /// <summary>Registers what all limits share: validation and metrics. The clock is the registered one, or the system's.</summary>
    /// <param name="services">The services.</param>
    /// <returns>A builder that adds limits.</returns>
    public static RateLimitingBuilder AddAssayRateLimiting(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>(
            static provider => new RateLimitOptionsValidator(provider.GetService<TimeProvider>())));
        services.TryAddSingleton(static provider => new RateLimitMetrics(provider.GetService<IMeterFactory>()));
        return new RateLimitingBuilder(services);
    }

    /// <summary>Registers one limit, with what all share.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name, by which it is resolved as a keyed service.</param>
    /// <param name="configure">Sets the options; they are validated when the host starts.</param>
    /// <returns>A builder that adds further limits.</returns>
    public static RateLimitingBuilder AddAssayRateLimiting(this IServiceCollection services, string name, Action<RateLimitOptions> configure) =>
        services.AddAssayRateLimiting().AddLimit(name, configure);
}

/// <summary>Adds named limits to the services.</summary>
/// <param name="services">The services.</param>
public sealed class RateLimitingBuilder(IServiceCollection services)
{
    /// <summary>The services.</summary>
    public IServiceCollection Services => services;

    /// <summary>
    /// Adds a limit. The name resolves as a keyed service, each a singleton: <see cref="PermitLimit"/>, <see cref="RateLimiter"/> around
    /// it, and for limits over time <see cref="KeyedLimit{TKey}"/> of strings and <see cref="PartitionedRateLimiter{TResource}"/> around
    /// that; <see cref="ShadowRecord"/> where <see cref="RateLimitOptions.IsShadow"/> is set. Services registered for the name before stay.
    /// </summary>
    /// <remarks>
    /// When the options change, limits that are in use take over the numbers. Options that cannot be taken over, such as another algorithm,
    /// are an error of whoever reloads them, and the limits stay as they are.
    /// </remarks>
    /// <param name="name">The name.</param>
    /// <param name="configure">Sets the options; they are validated when the host starts. Added twice, both set them, in turn.</param>
    /// <returns>The builder.</returns>
    public RateLimitingBuilder AddLimit(string name, Action<RateLimitOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<RateLimitOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddKeyedSingleton(name, (provider, _) => RecordOf(provider, name));
        services.TryAddKeyedSingleton(name, (provider, _) => LimitOf(provider, name));
        services.TryAddKeyedSingleton<RateLimiter>(name, (provider, _) => LimiterOf(provider, name));
        services.TryAddKeyedSingleton(name, (provider, _) => KeyedLimitOf(provider, name));
        services.TryAddKeyedSingleton<PartitionedRateLimiter<string>>(name, (provider, _) => KeyedLimiterOf(provider, name));
        return this;
    }

    private static ShadowRecord RecordOf(IServiceProvider provider, string name)
    {
        var record = new ShadowRecord(name);
        provider.GetRequiredService<RateLimitMetrics>().Observe(record);
        return record;
    }

    private static PermitLimit LimitOf(IServiceProvider provider, string name)
    {
        var limit = Create(provider, name, OptionsOf(provider, name));
        OnReload(provider, name, options => limit.ChangeTo(Create(provider, name, options)));
        return limit;
    }

    private static PermitLimit Create(IServiceProvider provider, string name, RateLimitOptions options)
    {
        var limit = options.CreateLimit(ClockOf(provider));
        return options.IsShadow ? new ShadowLimit(provider.GetRequiredKeyedService<ShadowRecord>(name), limit) : limit;
    }

    // For as long as the provider lives, as the limits themselves do.
    private static void OnReload(IServiceProvider provider, string name, Action<RateLimitOptions> change) =>
        provider.GetRequiredService<IOptionsMonitor<RateLimitOptions>>().OnChange((options, changed) =>
        {
            if (changed == name)
                change(options);
        });

    private static PermitRateLimiter LimiterOf(IServiceProvider provider, string name)
    {
        var options = OptionsOf(provider, name);
        var limiter = new PermitRateLimiter(provider.GetRequiredKeyedService<PermitLimit>(name), options.QueueLimit, options.QueueOrder);
        provider.GetRequiredService<RateLimitMetrics>().Observe(name, limiter);
        return limiter;
    }

    private static KeyedLimit<string> KeyedLimitOf(IServiceProvider provider, string name)
    {
        var options = OptionsOf(provider, name);
        var limits = new KeyedLimit<string>(_ => Create(provider, name, options), options.MaxKeys, StringComparer.Ordinal);
        OnReload(provider, name, changed => limits.ChangeTo(_ => Create(provider, name, changed)));
        return limits;
    }

    private static KeyedRateLimiter<string, string> KeyedLimiterOf(IServiceProvider provider, string name)
    {
        var limiter = new KeyedRateLimiter<string, string>(
            provider.GetRequiredKeyedService<KeyedLimit<string>>(name), static key => key, OptionsOf(provider, name).SweepInterval, ClockOf(provider));
        // A name of its own: the counts of a limiter that is used beside it must not vanish.
        provider.GetRequiredService<RateLimitMetrics>().Observe($"{name} by key", limiter);
        return limiter;
    }

    private static RateLimitOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<RateLimitOptions>>().Get(name);

    private static TimeProvider ClockOf(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
