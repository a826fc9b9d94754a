#pragma warning disable xUnit1051 // Nothing here is cancelled: what a token does has its own tests.
using System.Diagnostics.Metrics;
using Assay.Reference.Ledger;
using Assay.Verify;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Ledgers from a container, and what they tell a meter.</summary>
public sealed class LedgerServicesTests
{
    [Fact]
    public async Task A_container_makes_one_ledger_on_its_own_clock_and_others_by_name()
    {
        var clock = new ManualClock();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        services.AddAssayLedger();
        services.AddAssayLedger(options => options.MaxEvents = 3);
        services.AddAssayLedger("archive", options => options.Engine = LedgerEngine.OrderedLocks);
        await using var provider = services.BuildServiceProvider();
        var ledger = provider.GetRequiredService<ILedger>();
        Assert.IsType<SingleWriterLedger>(ledger);
        Assert.Same(ledger, provider.GetRequiredService<ILedger>());
        Assert.IsType<OrderedLockLedger>(provider.GetRequiredKeyedService<ILedger>("archive"));
        clock.Advance(TimeSpan.FromDays(1));
        foreach (var request in Requests.Openings())
            await ledger.ExecuteAsync(request);
        var events = await Scenario.EventsAsync(ledger);
        Assert.Equal((3, clock.GetUtcNow()), (events.Count, events[0].At));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var configure in new Action<LedgerOptions>[]
        {
            options => options.MaxEvents = 0,
            options => options.MaxEvents = int.MaxValue,
            options => options.ExpectedEvents = -1,
            options => options.MaxWaiting = 3,
            options => options.Engine = (LedgerEngine)7,
        })
        {
            var services = new ServiceCollection();
            services.AddAssayLedger(configure);
            using var provider = services.BuildServiceProvider();
            Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ILedger>());
            Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        }
    }

    [Fact]
    public async Task Requests_are_counted_by_type_and_status_without_accounts_or_keys()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IMeterFactory, MeterFactory>();
        services.AddAssayLedger("main");
        await using var provider = services.BuildServiceProvider();
        var ledger = provider.GetRequiredKeyedService<ILedger>("main");
        var (counted, timed) = (new List<string>(), 0);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == MeteredLedger.MeterName)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counted.Add($"{value} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => timed++);
        await ledger.ExecuteAsync(Requests.Openings().First());
        listener.Start();
        await ledger.ExecuteAsync(LedgerRequest.Deposit(Requests.Key(1), 1, Requests.Euros(5)));
        await ledger.ExecuteAsync(LedgerRequest.Withdraw(Requests.Key(2), 1, Requests.Euros(6)));
        Assert.Equal(["1 main Post Done", "1 main Post InsufficientFunds"], counted);
        Assert.Equal(2, timed);
        Assert.Equal(5, (await ledger.FindAccountAsync(1))!.Value.Balance);
    }

    private sealed class MeterFactory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
