using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;

namespace Assay.Reference.RateLimiting;

/// <summary>
/// The counts of limiters as instruments of a meter. Observed: a request costs nothing for them, a collection reads sums that are kept
/// anyway. Tagged with the name of the limiter and never with a key, whose number has no bound.
/// </summary>
public sealed class RateLimitMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Assay.RateLimiting";

    internal const string LimiterTag = "assay.rate_limiter.name";
    internal const string ResultTag = "assay.rate_limiting.result";
    internal const string ShadowResultTag = "assay.rate_limiting.shadow.result";

    private readonly ConcurrentDictionary<string, Func<Counts>> _limiters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ShadowRecord> _shadows = new(StringComparer.Ordinal);
    private readonly Meter? _ownMeter;

    /// <summary>Creates the meter and its instruments.</summary>
    /// <param name="meters">Makes the meter, and disposes it; a meter of its own when null.</param>
    public RateLimitMetrics(IMeterFactory? meters = null)
    {
        _ownMeter = meters is null ? new Meter(MeterName) : null;
        var meter = _ownMeter ?? meters!.Create(new MeterOptions(MeterName));
        meter.CreateObservableCounter(
            "assay.rate_limiting.requests", Requests, "{request}", "Requests decided, by result; those that wait are not yet.");
        meter.CreateObservableCounter(
            "assay.rate_limiting.shadow.requests", ShadowRequests, "{request}", "Requests by what was answered and what a limit in the shadow would have.");
        meter.CreateObservableUpDownCounter("assay.rate_limiting.queued_permits", () => Observed(counts => counts.Queued), "{permit}", "Permits waited for.");
        meter.CreateObservableUpDownCounter("assay.rate_limiting.keys", () => Observed(counts => counts.Keys), "{key}", "Keys whose state is kept.");
    }

    /// <summary>Observes a limiter from now on.</summary>
    /// <param name="name">What the measurements are tagged with; one of few. A limiter observed under it before is no longer.</param>
    /// <param name="limiter">The limiter.</param>
    public void Observe(string name, RateLimiter limiter)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(limiter);
        _limiters[name] = () => limiter.GetStatistics() is { } now
            ? new Counts(now.TotalSuccessfulLeases, now.TotalFailedLeases, now.CurrentQueuedCount, 0)
            : default;
    }

    /// <summary>Observes a limiter by key from now on.</summary>
    /// <typeparam name="TResource">What is limited.</typeparam>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="name">What the measurements are tagged with; one of few. A limiter observed under it before is no longer.</param>
    /// <param name="limiter">The limiter.</param>
    public void Observe<TResource, TKey>(string name, KeyedRateLimiter<TResource, TKey> limiter)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(limiter);
        _limiters[name] = () => new Counts(limiter.TotalGranted, limiter.TotalRejected, 0, limiter.Keys);
    }

    /// <summary>Observes a limit in the shadow from now on.</summary>
    /// <param name="record">Its record; the measurements are tagged with its name. One observed under that name before is no longer.</param>
    public void Observe(ShadowRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        _shadows[record.Name] = record;
    }

    /// <summary>Disposes the meter unless a factory made it.</summary>
    public void Dispose() => _ownMeter?.Dispose();

    private IEnumerable<Measurement<long>> Requests()
    {
        foreach (var (name, read) in _limiters)
        {
            var counts = read();
            yield return new Measurement<long>(counts.Granted, new(LimiterTag, name), new(ResultTag, Result(true)));
            yield return new Measurement<long>(counts.Rejected, new(LimiterTag, name), new(ResultTag, Result(false)));
        }
    }

    /// <summary>How a result is called in tags.</summary>
    internal static string Result(bool isAllowed) => isAllowed ? "granted" : "rejected";

    private IEnumerable<Measurement<long>> ShadowRequests()
    {
        foreach (var (name, record) in _shadows)
        {
            yield return Measured(record.BothGranted, answered: true, shadow: true);
            yield return Measured(record.OnlyShadowRejected, answered: true, shadow: false);
            yield return Measured(record.OnlyShadowGranted, answered: false, shadow: true);
            yield return Measured(record.BothRejected, answered: false, shadow: false);

            Measurement<long> Measured(long count, bool answered, bool shadow) => new(
                count, new(LimiterTag, name), new(ResultTag, Result(answered)), new(ShadowResultTag, Result(shadow)));
        }
    }

    private IEnumerable<Measurement<long>> Observed(Func<Counts, long> figure)
    {
        foreach (var (name, read) in _limiters)
            yield return new Measurement<long>(figure(read()), new KeyValuePair<string, object?>(LimiterTag, name));
    }

    private readonly record struct Counts(long Granted, long Rejected, long Queued, long Keys);
}
