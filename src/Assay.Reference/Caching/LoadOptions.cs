namespace Assay.Reference.Caching;

/// <summary>How the loads of a cache behave, beyond one at a time for a key.</summary>
public sealed record LoadOptions
{
    // The longest span that every timer takes.
    internal static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    /// <summary>
    /// An entry read within this time before the end of its time to live is loaded anew in the background, once, while its readers go
    /// on with the old value. Never when null.
    /// </summary>
    public TimeSpan? RefreshAhead { get; init; }

    /// <summary>
    /// Fail-safe: how long an expired value is kept for callers whose load fails or takes too long. Zero: not at all. Plain reads never
    /// see it.
    /// </summary>
    public TimeSpan StaleFor { get; init; }

    /// <summary>After a failed load, how long the expired value is handed out before the next load is tried.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an asynchronous caller who could have an expired value waits for a load. It goes on without him. For ever when null.</summary>
    public TimeSpan? SoftTimeout { get; init; }

    /// <summary>
    /// How long an asynchronous load may take. Its token is then cancelled, its callers get a <see cref="TimeoutException"/> or an
    /// expired value, and its key is free for the next load at once, whatever the factory does. For ever when null.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    internal IEnumerable<string> Mistakes()
    {
        if (RefreshAhead <= TimeSpan.Zero)
            yield return $"Loads.RefreshAhead must be positive, not {RefreshAhead}.";
        if (StaleFor < TimeSpan.Zero)
            yield return $"Loads.StaleFor must not be negative, but is {StaleFor}.";
        if (RetryAfter <= TimeSpan.Zero)
            yield return $"Loads.RetryAfter must be positive, not {RetryAfter}.";
        if (SoftTimeout <= TimeSpan.Zero || SoftTimeout > LongestTimer)
            yield return $"Loads.SoftTimeout must be positive and at most {LongestTimer}, not {SoftTimeout}.";
        if (Timeout <= TimeSpan.Zero || Timeout > LongestTimer)
            yield return $"Loads.Timeout must be positive and at most {LongestTimer}, not {Timeout}.";
    }
}
