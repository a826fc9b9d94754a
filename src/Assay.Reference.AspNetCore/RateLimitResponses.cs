using System.Globalization;
using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Assay.Reference.AspNetCore;

/// <summary>Tells clients about limits: status 429, <c>Retry-After</c> and the <c>RateLimit</c> fields.</summary>
public static class RateLimitResponses
{
    /// <summary>
    /// What <see cref="RateLimiterOptions.OnRejected"/> is set to: status 429, and <c>Retry-After</c> in whole seconds, rounded up, where
    /// the lease knows it. With a policy also its fields.
    /// </summary>
    /// <param name="policy">The policy that clients are told, if any.</param>
    /// <returns>The callback.</returns>
    public static Func<OnRejectedContext, CancellationToken, ValueTask> OnRejected(RateLimitPolicy? policy = null) => (context, _) =>
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? known : (TimeSpan?)null;
        Reject(context.HttpContext.Response, wait);
        if (policy is not null)
            Tell(context.HttpContext.Response, policy, 0, wait);
        return ValueTask.CompletedTask;
    };

    /// <summary>Writes what a limit decided: the fields of the policy, and for a rejection status 429 and <c>Retry-After</c>.</summary>
    /// <param name="response">The response; it must not have started.</param>
    /// <param name="policy">The policy that the limit enforces.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="decision">Its decision.</param>
    /// <exception cref="InvalidOperationException">The response has started: its header is with the client already.</exception>
    public static void Write(HttpResponse response, RateLimitPolicy policy, PermitLimit limit, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(limit);
        var isKnown = !decision.IsAllowed && decision.RetryAfterTicks != PermitLimit.UnknownTicks;
        var wait = isKnown ? limit.ToTimeSpan(decision.RetryAfterTicks) : (TimeSpan?)null;
        if (!decision.IsAllowed)
            Reject(response, wait);
        Tell(response, policy, decision.Remaining, wait);
    }

    private static void Reject(HttpResponse response, TimeSpan? wait)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (wait is { } known)
            response.Headers.RetryAfter = RateLimitPolicy.WholeSeconds(known).ToString(CultureInfo.InvariantCulture);
    }

    private static void Tell(HttpResponse response, RateLimitPolicy policy, int remaining, TimeSpan? wait)
    {
        response.Headers[RateLimitPolicy.PolicyField] = policy.Policy;
        response.Headers[RateLimitPolicy.LimitField] = policy.Limit(remaining, wait);
    }
}
