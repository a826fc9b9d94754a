namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>How a ledger in PostgreSQL works.</summary>
public sealed record PostgresLedgerOptions
{
    /// <summary>The schema that holds the tables. Two ledgers in one database differ in it.</summary>
    public string Schema { get; init; } = "assay_ledger";

    /// <summary>The most requests of one commit.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>The most requests that wait for a commit; further ones are answered <see cref="Reference.Ledger.LedgerStatus.Overloaded"/> at once.</summary>
    public int QueueLimit { get; init; } = 8192;

    /// <summary>How long a batch is tried again after the connection was lost, before its callers are told that the outcome is unknown.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before the first further attempt; it doubles with each, up to a second.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The source of time. When null the server's clock decides what is due, so that the clocks of several processes do not matter, and the
    /// system's only counts waits.
    /// </summary>
    public TimeProvider? Clock { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Schema);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBatch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(QueueLimit);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryFor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstRetryDelay, TimeSpan.Zero);
    }
}
