using System.Threading.RateLimiting;

namespace Assay.Reference.RateLimiting;

/// <summary>A granted request of a limit over time: nothing to return, so one object serves all.</summary>
internal sealed class GrantedLease : RateLimitLease
{
    public static readonly GrantedLease Instance = new();

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }
}

/// <summary>A granted request whose permits go back when it is disposed.</summary>
internal sealed class HeldLease(PermitRateLimiter limiter, int permits) : RateLimitLease
{
    // Exchanged, because a lease disposed twice, or by two threads, must return its permits once.
    private int _permits = permits;

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        var held = Interlocked.Exchange(ref _permits, 0);
        if (held > 0)
            limiter.Return(held);
    }
}

/// <summary>A rejected request: why, and when to come back if that is known. The time is boxed only for those who ask.</summary>
internal sealed class RejectedLease(string reason, TimeSpan? retryAfter) : RateLimitLease
{
    public static readonly RejectedLease Disposed = new("The limiter is disposed.", null);

    public static readonly RejectedLease Evicted = new("A newer request took the place in the queue.", null);

    public static readonly RejectedLease NoRoom = new("Too many keys are limited at once.", null);

    public static readonly RejectedLease TooMany = new("The limit was lowered below what was asked for.", null);

    private readonly long _retryAfter = retryAfter?.Ticks ?? -1;

    public override bool IsAcquired => false;

    /// <summary>The lease of a limit's rejection.</summary>
    public static RejectedLease Of(PermitLimit limit, Decision decision) => new(
        "No permits are available.", decision.RetryAfterTicks == PermitLimit.UnknownTicks ? null : limit.ToTimeSpan(decision.RetryAfterTicks));

    public override IEnumerable<string> MetadataNames =>
        _retryAfter < 0 ? [MetadataName.ReasonPhrase.Name] : [MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.ReasonPhrase.Name ? reason
            : metadataName == MetadataName.RetryAfter.Name && _retryAfter >= 0 ? TimeSpan.FromTicks(_retryAfter)
            : null;
        return metadata is not null;
    }
}
