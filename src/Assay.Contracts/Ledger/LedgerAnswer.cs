namespace Assay.Contracts;

/// <summary>What a ledger answers to a request.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Balance">
/// The balance, directly after, of the account the money left; of the account it reached when it came from outside. Zero when no money moved.
/// </param>
[Contract]
public readonly record struct LedgerAnswer(LedgerStatus Status, long Balance);

/// <summary>An account at one instant.</summary>
/// <param name="Balance">The sum of its movements.</param>
/// <param name="Reserved">What of it is reserved for others.</param>
[Contract]
public sealed record AccountState(long Balance, long Reserved);

/// <summary>A movement of an account.</summary>
/// <param name="Key">The key of the request that moved the money.</param>
/// <param name="Change">How much came; negative when it went.</param>
/// <param name="Balance">The account's balance directly after.</param>
[Contract]
public sealed record LedgerEntry(string Key, long Change, long Balance);

/// <summary>What became of a request. When several apply, it is the first in this order.</summary>
[Contract]
public enum LedgerStatus
{
    /// <summary>It took effect.</summary>
    Done = 0,

    /// <summary>The key was used for another request.</summary>
    KeyConflict,

    /// <summary>Both accounts are the same.</summary>
    SameAccount,

    /// <summary>The amount is not from 1 to 4,611,686,018,427,387,903 (2^62 − 1).</summary>
    InvalidAmount,

    /// <summary>The timeout is negative or longer than 36,525 days.</summary>
    InvalidTimeout,

    /// <summary>An account is not open.</summary>
    AccountNotFound,

    /// <summary>No earlier request has the key that this one names.</summary>
    TargetNotFound,

    /// <summary>The named request was refused or is of another kind than can be posted, voided or reversed.</summary>
    WrongTarget,

    /// <summary>The amount is more than the reservation's.</summary>
    ExceedsReservation,

    /// <summary>The reservation was posted already.</summary>
    AlreadyPosted,

    /// <summary>The reservation was voided already.</summary>
    AlreadyVoided,

    /// <summary>The reservation's timeout is over.</summary>
    Expired,

    /// <summary>The named request was reversed already.</summary>
    AlreadyReversed,

    /// <summary>The account that pays has less than the amount besides what is reserved.</summary>
    InsufficientFunds,

    /// <summary>All accounts together would hold more than 4,611,686,018,427,387,903 (2^62 − 1).</summary>
    LedgerFull,
}
