namespace Assay.Reference.RateLimiting;

/// <summary>
/// What limits in the shadow would have answered, beside what was answered: one record for the limits of one name, all keys together.
/// </summary>
/// <remarks>
/// Only decisions count: a probe takes nothing and is no request. A difference is also a span <c>rate_limiting.shadow</c> of
/// <see cref="Tracing"/>. <see cref="RateLimitMetrics.Observe(ShadowRecord)"/> publishes the counts.
/// </remarks>
/// <param name="name">What the counts are called; one of few, never a key.</param>
public sealed class ShadowRecord(string name)
{
    private readonly StripedCounter _bothGranted = new();
    private readonly StripedCounter _bothRejected = new();
    private readonly StripedCounter _onlyShadowRejected = new();
    private readonly StripedCounter _onlyShadowGranted = new();

    /// <summary>The name.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The requests that were granted, and would have been.</summary>
    public long BothGranted => _bothGranted.Sum;

    /// <summary>The requests that were rejected, and would have been.</summary>
    public long BothRejected => _bothRejected.Sum;

    /// <summary>The requests that were granted, but the shadow would have rejected: what enforcing it would cost.</summary>
    public long OnlyShadowRejected => _onlyShadowRejected.Sum;

    /// <summary>The requests that were rejected, but the shadow would have granted.</summary>
    public long OnlyShadowGranted => _onlyShadowGranted.Sum;

    // Called without a lock: whoever listens to spans runs here.
    internal void Add(bool isAllowed, Decision shadow)
    {
        var counter = (isAllowed, shadow.IsAllowed) switch
        {
            (true, true) => _bothGranted,
            (false, false) => _bothRejected,
            (true, false) => _onlyShadowRejected,
            (false, true) => _onlyShadowGranted,
        };
        counter.Increment();
        if (isAllowed != shadow.IsAllowed && Tracing.Source.HasListeners())
            Trace(isAllowed, shadow);
    }

    private void Trace(bool isAllowed, Decision shadow)
    {
        using var span = Tracing.Source.StartActivity("rate_limiting.shadow");
        span?.SetTag(RateLimitMetrics.LimiterTag, Name)
            .SetTag(RateLimitMetrics.ResultTag, RateLimitMetrics.Result(isAllowed))
            .SetTag(RateLimitMetrics.ShadowResultTag, RateLimitMetrics.Result(shadow.IsAllowed));
    }
}
