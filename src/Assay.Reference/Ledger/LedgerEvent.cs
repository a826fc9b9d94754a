using System.Collections.Immutable;

namespace Assay.Reference.Ledger;

/// <summary>
/// A fact of the ledger. The events in order are the ledger: balances, reservations and the answers to repeated keys are a fold of them.
/// </summary>
/// <param name="Sequence">Its number; from 1, without gaps.</param>
/// <param name="At">When, in UTC; never before the event in front of it, even if the clock went back.</param>
/// <param name="Cause">What made it happen.</param>
/// <param name="Request">The request: the caller's, or the one whose time had come.</param>
/// <param name="Status">What became of it; a refusal is recorded as well.</param>
/// <param name="Legs">The money that moved; empty when none did.</param>
public sealed record LedgerEvent(
    long Sequence, DateTimeOffset At, EventCause Cause, LedgerRequest Request, LedgerStatus Status, ImmutableArray<Leg> Legs)
{
    /// <summary>What the caller was answered, and is answered again for the same key.</summary>
    public LedgerResult Result => Legs is [var first, ..]
        ? new LedgerResult(Status, Sequence, first.FromBalance, first.ToBalance)
        : new LedgerResult(Status, Sequence, 0, 0);
}

/// <summary>What made an event happen.</summary>
public enum EventCause
{
    /// <summary>A caller's request.</summary>
    Request = 0,

    /// <summary>The time of a reservation was over.</summary>
    Timeout,

    /// <summary>A scheduled request was due.</summary>
    Due,
}

/// <summary>Money that moved along one posting, with both balances right after it.</summary>
/// <param name="Number">The posting's position in the request that it was asked with first.</param>
/// <param name="Posting">From where to where and how much; of a reversal, the way back.</param>
/// <param name="FromBalance">The balance of the account it came from, in minor units.</param>
/// <param name="FromVersion">How many entries that balance is the sum of.</param>
/// <param name="ToBalance">The balance of the account it went to, in minor units.</param>
/// <param name="ToVersion">How many entries that balance is the sum of.</param>
public readonly record struct Leg(int Number, Posting Posting, long FromBalance, long FromVersion, long ToBalance, long ToVersion);
