namespace Assay.Contracts;

/// <summary>What a rate limiter answers.</summary>
/// <param name="IsGranted">Whether the permits were taken.</param>
/// <param name="Remaining">The whole permits in the bucket after the decision.</param>
/// <param name="RetryAfter">
/// Zero when granted. Otherwise the shortest time after which the same request is granted if nobody else asks meanwhile: one tick (100 ns) earlier it is
/// refused.
/// </param>
[Contract]
public readonly record struct RateDecision(bool IsGranted, int Remaining, TimeSpan RetryAfter);
