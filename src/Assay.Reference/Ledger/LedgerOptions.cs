using System.Numerics;

namespace Assay.Reference.Ledger;

/// <summary>How a ledger in memory is made.</summary>
public sealed record LedgerOptions
{
    // Numbers of events are kept in 32 bits, and what time causes can add an event to each request.
    private const int MostEvents = 1 << 30;

    /// <summary>Which engine a container makes; no meaning elsewhere.</summary>
    public LedgerEngine Engine { get; set; } = LedgerEngine.SingleWriter;

    /// <summary>
    /// The most events, at most 2^30; further requests are <see cref="LedgerStatus.LogFull"/>. Keys are as many: strangers cannot fill the
    /// memory. What is due still happens.
    /// </summary>
    public int MaxEvents { get; set; } = 16_000_000;

    /// <summary>
    /// Of the single writer: the events and keys to make room for at once, so that no request waits for memory; more are taken as well.
    /// </summary>
    public int ExpectedEvents { get; set; }

    /// <summary>
    /// Of the single writer: the most requests that wait at once, a power of two; further ones are <see cref="LedgerStatus.Overloaded"/>.
    /// </summary>
    public int MaxWaiting { get; set; } = 4096;

    /// <summary>The source of time and timers; the system's when null, or the container's.</summary>
    public TimeProvider? Clock { get; set; }

    internal string? FirstFault()
    {
        if (MaxEvents is <= 0 or > MostEvents)
            return $"{nameof(MaxEvents)} must be from 1 to {MostEvents}.";
        if (ExpectedEvents < 0 || ExpectedEvents > MaxEvents)
            return $"{nameof(ExpectedEvents)} must be from 0 to {nameof(MaxEvents)}.";
        if (MaxWaiting < 2 || !BitOperations.IsPow2(MaxWaiting))
            return $"{nameof(MaxWaiting)} must be a power of two from 2 on.";
        return Enum.IsDefined(Engine) ? null : $"{nameof(Engine)} is unknown.";
    }

    internal void Validate()
    {
        if (FirstFault() is { } fault)
            throw new ArgumentOutOfRangeException("options", fault);
    }
}

/// <summary>The engines in memory.</summary>
public enum LedgerEngine
{
    /// <summary><see cref="SingleWriterLedger"/>.</summary>
    SingleWriter = 0,

    /// <summary><see cref="OrderedLockLedger"/>.</summary>
    OrderedLocks,
}
