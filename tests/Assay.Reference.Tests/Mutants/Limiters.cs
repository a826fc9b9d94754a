using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;

namespace Assay.Reference.Tests.Mutants;

/// <summary>H-RL-15: whoever asks is served at once if he can be, so a waiter for many permits never is.</summary>
internal sealed class BargingLimiter(PermitLimit limit, int queueLimit) : ForwardingLimiter(new PermitRateLimiter(limit, queueLimit))
{
    protected override RateLimitLease AttemptAcquireCore(int permitCount) => new PermitRateLimiter(limit).AttemptAcquire(permitCount);
}

/// <summary>H-RL-9: idle since the last call, whatever has been spent. An idle sweep then resets the limit.</summary>
internal sealed class IdleSinceLastCallLimiter(PermitLimit limit) : ForwardingLimiter(new PermitRateLimiter(limit))
{
    private long _lastCall = limit.Clock.GetTimestamp();

    public override TimeSpan? IdleDuration => limit.Clock.GetElapsedTime(_lastCall);

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        _lastCall = limit.Clock.GetTimestamp();
        return base.AttemptAcquireCore(permitCount);
    }
}

/// <summary>H-RL-9, the other way round: never idle, so never dropped.</summary>
internal sealed class NeverIdleLimiter(PermitLimit limit) : ForwardingLimiter(new PermitRateLimiter(limit))
{
    public override TimeSpan? IdleDuration => null;
}

/// <summary>A limiter that answers what another answers.</summary>
internal abstract class ForwardingLimiter(RateLimiter inner) : RateLimiter
{
    public override TimeSpan? IdleDuration => inner.IdleDuration;

    public override RateLimiterStatistics? GetStatistics() => inner.GetStatistics();

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => inner.AttemptAcquire(permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        inner.AcquireAsync(permitCount, cancellationToken);

    protected override void Dispose(bool disposing) => inner.Dispose();
}
