namespace Assay.Reference.RateLimiting;

/// <summary>What a limit answers. A value without allocation, for allowed and rejected requests alike.</summary>
/// <param name="IsAllowed">Whether the permits were taken; of a probe, whether they are available.</param>
/// <param name="RetryAfterTicks">
/// Zero when allowed. Otherwise the smallest number of clock units (<see cref="TimeProvider.TimestampFrequency"/> a second) after which
/// the same request is allowed if nobody else asks meanwhile: one unit earlier it is rejected.
/// <see cref="PermitLimit.UnknownTicks"/> where only other callers can tell.
/// </param>
/// <param name="Remaining">The whole permits available after the decision.</param>
public readonly record struct Decision(bool IsAllowed, long RetryAfterTicks, int Remaining)
{
    /// <summary>What a limit answers that was dropped; whoever sees it looks for the one in its place.</summary>
    internal static Decision Retired => new(false, -1, 0);

    /// <summary>What a limit answers that can never grant so many.</summary>
    internal static Decision Impossible => new(false, -2, 0);

    internal bool IsRetired => RetryAfterTicks == -1;

    internal bool IsImpossible => RetryAfterTicks == -2;
}
