namespace Assay.Reference.Ledger;

/// <summary>How a ledger in memory is made.</summary>
public sealed record LedgerOptions
{
    /// <summary>
    /// The most events; further requests are <see cref="LedgerStatus.LogFull"/>. Keys are as many: strangers cannot fill the memory. What is
    /// due still happens.
    /// </summary>
    public int MaxEvents { get; init; } = 16_000_000;

    /// <summary>The source of time and timers; the system's when null.</summary>
    public TimeProvider? Clock { get; init; }

    internal void Validate() => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxEvents);
}
