namespace Assay.Reference.PostgreSql.RateLimiting;

/// <summary>The rate of a limit in PostgreSQL.</summary>
public sealed record PostgresRateLimitOptions
{
    /// <summary>The permits that come back in each period.</summary>
    public required int PermitsPerPeriod { get; init; }

    /// <summary>The period; a whole number of microseconds, at most a year.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>The permits of a full bucket.</summary>
    public required int Burst { get; init; }

    /// <summary>The schema that holds the table. Limits with different rates need different schemas, or different keys.</summary>
    public string Schema { get; init; } = "assay_limits";

    /// <summary>How many refused keys are remembered in this process. Further ones cost a question to the server each time.</summary>
    public int RememberedRefusals { get; init; } = 10_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PermitsPerPeriod);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Burst);
        ArgumentOutOfRangeException.ThrowIfLessThan(Period, TimeSpan.FromMicroseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Period, TimeSpan.FromDays(366));
        if (Period.Ticks % TimeSpan.TicksPerMicrosecond != 0)
            throw new ArgumentOutOfRangeException(nameof(Period), Period, "The period must be a whole number of microseconds.");
        // The time that refills the bucket must fit the server's bigint beside today's date.
        if ((Int128)Period.Ticks * Burst / PermitsPerPeriod > TimeSpan.FromDays(36_525).Ticks)
            throw new ArgumentOutOfRangeException(nameof(Burst), Burst, "Filling the bucket must not take longer than a hundred years.");
        ArgumentException.ThrowIfNullOrWhiteSpace(Schema);
        ArgumentOutOfRangeException.ThrowIfNegative(RememberedRefusals);
    }
}
