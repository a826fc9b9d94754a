using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Assay.Reference.Caching;

/// <summary>Which entry makes room.</summary>
public enum CachePolicy
{
    /// <summary>The one used longest ago: <see cref="LruTtlCache{TKey, TValue}"/>.</summary>
    ExactLru,

    /// <summary>One that is asked for seldom: <see cref="ScalableCache{TKey, TValue}"/>.</summary>
    Scalable,
}

/// <summary>Registers caches with a service collection.</summary>
public static class CacheServices
{
    /// <summary>
    /// Adds a cache as a singleton: as <see cref="BoundedCache{TKey, TValue}"/> and <see cref="ICache{TKey, TValue}"/>, both also keyed by its name, with
    /// the registered <see cref="TimeProvider"/> and <see cref="IMeterFactory"/>. The container disposes it.
    /// </summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <typeparam name="TValue">The value.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The cache's name: of its options, its metrics and its service key.</param>
    /// <param name="policy">Which entry makes room.</param>
    /// <param name="configure">Sets the options. They are validated when the host starts, and at the first use at the latest.</param>
    /// <returns>The builder of its options.</returns>
    /// <exception cref="OptionsValidationException">At start or first use: the options contradict themselves.</exception>
    public static OptionsBuilder<CacheOptions<TKey, TValue>> AddAssayCache<TKey, TValue>(
        this IServiceCollection services,
        string name,
        Action<CacheOptions<TKey, TValue>> configure,
        CachePolicy policy = CachePolicy.ExactLru)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        if (!Enum.IsDefined(policy))
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "Exact or scalable.");
        services.TryAddSingleton(provider => new CacheMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CacheOptions<TKey, TValue>>, CacheOptionsValidation<TKey, TValue>>());
        services.TryAddKeyedSingleton(name, (provider, _) => Create<TKey, TValue>(provider, name, policy));
        services.TryAddKeyedSingleton<ICache<TKey, TValue>>(name, (provider, key) => provider.GetRequiredKeyedService<BoundedCache<TKey, TValue>>(key));
        // Without a name: the first of its types.
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<BoundedCache<TKey, TValue>>(name));
        services.TryAddSingleton<ICache<TKey, TValue>>(provider => provider.GetRequiredKeyedService<BoundedCache<TKey, TValue>>(name));
        return services.AddOptions<CacheOptions<TKey, TValue>>(name)
            .Configure<IServiceProvider>((options, provider) => (options.Name, options.Clock) = (name, provider.GetService<TimeProvider>()))
            .Configure(configure)
            .ValidateOnStart();
    }

    private static BoundedCache<TKey, TValue> Create<TKey, TValue>(IServiceProvider provider, string name, CachePolicy policy)
        where TKey : notnull
    {
        var options = provider.GetRequiredService<IOptionsMonitor<CacheOptions<TKey, TValue>>>().Get(name);
        BoundedCache<TKey, TValue> cache = policy == CachePolicy.ExactLru
            ? new LruTtlCache<TKey, TValue>(options)
            : new ScalableCache<TKey, TValue>(options);
        provider.GetRequiredService<CacheMetrics>().Add(cache);
        return cache;
    }

    private sealed class CacheOptionsValidation<TKey, TValue> : IValidateOptions<CacheOptions<TKey, TValue>>
        where TKey : notnull
    {
        public ValidateOptionsResult Validate(string? name, CacheOptions<TKey, TValue> options)
        {
            List<string> mistakes = [.. options.Mistakes()];
            return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
        }
    }
}
