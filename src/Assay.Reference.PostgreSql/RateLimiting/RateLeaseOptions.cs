namespace Assay.Reference.PostgreSql.RateLimiting;

/// <summary>How a process takes permits in advance.</summary>
public sealed record RateLeaseOptions
{
    /// <summary>How many permits of a key are taken at a time, if there are as many.</summary>
    public int Permits { get; init; } = 10;

    /// <summary>How long they may be used; at most a day. What is left then is given back.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how many keys permits are held. Requests of further keys are asked for one by one.</summary>
    public int MaxKeys { get; init; } = 10_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Permits);
        ArgumentOutOfRangeException.ThrowIfLessThan(Life, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Life, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxKeys);
    }
}
