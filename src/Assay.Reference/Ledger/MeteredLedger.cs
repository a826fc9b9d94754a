using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Assay.Reference.Ledger;

/// <summary>A ledger that counts, times and traces the requests of another, for OpenTelemetry.</summary>
/// <remarks>
/// Instruments of the meter <see cref="MeterName"/>, with the tags <c>assay.ledger.name</c>, <c>assay.ledger.request.type</c> and
/// <c>assay.ledger.request.status</c>: <c>assay.ledger.requests</c> ({request}) and <c>assay.ledger.request.duration</c> (s). Accounts and keys
/// are never tags: there is no end of them. The spans of <see cref="Tracing"/> have the same tags.
/// </remarks>
public sealed class MeteredLedger : ILedger
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Assay.Reference.Ledger";

    private readonly ILedger _inner;
    private readonly TimeProvider _clock;
    private readonly string _name;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    /// <summary>Creates it around another ledger, which it disposes.</summary>
    /// <param name="inner">The ledger that does the work.</param>
    /// <param name="meters">Makes the meter.</param>
    /// <param name="name">What the ledger is called in the metrics.</param>
    /// <param name="clock">What durations are measured with; the system's when null.</param>
    public MeteredLedger(ILedger inner, IMeterFactory meters, string name = "", TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(name);
        (_inner, _name, _clock) = (inner, name, clock ?? TimeProvider.System);
        // The factory owns the meter and hands the same one to every ledger.
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("assay.ledger.requests", "{request}", "Requests answered, by type and status.");
        _duration = meter.CreateHistogram<double>("assay.ledger.request.duration", "s", "How long requests took to be answered.");
    }

    /// <inheritdoc/>
    public ValueTask<LedgerResult> ExecuteAsync(LedgerRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Nobody listens: not even the clock is read.
        return _requests.Enabled || _duration.Enabled || Tracing.Source.HasListeners()
            ? MeasureAsync(request, cancellationToken)
            : _inner.ExecuteAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<AccountSnapshot?> FindAccountAsync(long account, CancellationToken cancellationToken = default) =>
        _inner.FindAccountAsync(account, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default) =>
        _inner.ReadEventsAsync(after, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private async ValueTask<LedgerResult> MeasureAsync(LedgerRequest request, CancellationToken cancellationToken)
    {
        using var span = Tracing.Source.StartActivity("ledger.request");
        var start = _clock.GetTimestamp();
        var result = await _inner.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        var tags = new TagList
        {
            { "assay.ledger.name", _name },
            { "assay.ledger.request.type", request.GetType().Name },
            { "assay.ledger.request.status", result.Status.ToString() },
        };
        foreach (var (tag, value) in tags)
            span?.SetTag(tag, value);
        _requests.Add(1, tags);
        _duration.Record(_clock.GetElapsedTime(start).TotalSeconds, tags);
        return result;
    }
}
