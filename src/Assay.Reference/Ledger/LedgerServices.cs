using System.Diagnostics.Metrics;
using Assay.Reference.Ledger;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers ledgers.</summary>
public static class LedgerServices
{
    /// <summary>
    /// Registers an <see cref="ILedger"/> in memory as a singleton, unless there is one. The container's <see cref="TimeProvider"/> and
    /// <see cref="IMeterFactory"/> are used when it has them.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options, which are validated at the start of the host.</param>
    /// <returns>The builder of the options.</returns>
    /// <remarks>
    /// A durable ledger is opened by the program, because that reads a file and can fail: register what
    /// <see cref="DurableLedger.OpenAsync(string, Func{IEnumerable{LedgerEvent}, ILedger}, CancellationToken)"/> returned.
    /// </remarks>
    public static OptionsBuilder<LedgerOptions> AddAssayLedger(this IServiceCollection services, Action<LedgerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => Create(provider, Options.Options.DefaultName));
        return AddOptions(services, Options.Options.DefaultName, configure);
    }

    /// <summary>As the other overload, under a name: take it by <c>[FromKeyedServices(name)]</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name, also in the metrics.</param>
    /// <param name="configure">Sets the options, which are validated at the start of the host.</param>
    /// <returns>The builder of the options.</returns>
    public static OptionsBuilder<LedgerOptions> AddAssayLedger(
        this IServiceCollection services, string name, Action<LedgerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.TryAddKeyedSingleton(name, (provider, _) => Create(provider, name));
        return AddOptions(services, name, configure);
    }

    private static OptionsBuilder<LedgerOptions> AddOptions(IServiceCollection services, string name, Action<LedgerOptions>? configure)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LedgerOptions>, LedgerOptionsValidation>());
        var options = services.AddOptions<LedgerOptions>(name).ValidateOnStart();
        return configure is null ? options : options.Configure(configure);
    }

    private static ILedger Create(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<LedgerOptions>>().Get(name);
        var clock = options.Clock ?? provider.GetService<TimeProvider>();
        ILedger ledger = options.Engine == LedgerEngine.SingleWriter
            ? new SingleWriterLedger(options with { Clock = clock })
            : new OrderedLockLedger(options with { Clock = clock });
        return provider.GetService<IMeterFactory>() is { } meters ? new MeteredLedger(ledger, meters, name, clock) : ledger;
    }

    private sealed class LedgerOptionsValidation : IValidateOptions<LedgerOptions>
    {
        public ValidateOptionsResult Validate(string? name, LedgerOptions options) =>
            options.FirstFault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
    }
}
