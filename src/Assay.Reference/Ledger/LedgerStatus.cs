namespace Assay.Reference.Ledger;

/// <summary>
/// What became of a request. When several would apply, the first in this order is answered, as in TigerBeetle's list of results: the
/// key, the form, the accounts, the target, its state, closed accounts, funds, ceilings.
/// </summary>
/// <remarks>
/// Everything from <see cref="AccountExists"/> on depends on the ledger's state. It is recorded under the key and answered to every
/// repetition, whatever has changed since. What comes before changes nothing, and the key stays free.
/// </remarks>
public enum LedgerStatus
{
    /// <summary>The request took effect.</summary>
    Done = 0,

    /// <summary>The key is the default value.</summary>
    InvalidKey,

    /// <summary>The key was used for another request. Nothing was changed; that request's outcome stands.</summary>
    KeyConflict,

    /// <summary>There are no postings, or more postings or amounts than <see cref="LedgerRequest.MaxPostings"/>.</summary>
    InvalidPostings,

    /// <summary>An account number is zero, or one to be opened or closed is not positive.</summary>
    InvalidAccount,

    /// <summary>The currency is the default value.</summary>
    InvalidCurrency,

    /// <summary>The minimum is above zero, the maximum below, or one beyond <see cref="Money.Max"/>.</summary>
    InvalidBounds,

    /// <summary>A posting has the same account on both sides.</summary>
    SameAccount,

    /// <summary>An amount is not positive, or all together exceed <see cref="Money.Max"/>.</summary>
    InvalidAmount,

    /// <summary>A timeout is negative or longer than a hundred years.</summary>
    InvalidTimeout,

    /// <summary>The ledger takes no more requests at the moment. Try again with the same key.</summary>
    Overloaded,

    /// <summary>The ledger has recorded as many events as it was made for.</summary>
    LogFull,

    /// <summary>An account with that number exists.</summary>
    AccountExists,

    /// <summary>An account does not exist.</summary>
    AccountNotFound,

    /// <summary>An amount is in another currency than one of its accounts.</summary>
    CurrencyMismatch,

    /// <summary>No request has the key that this one names.</summary>
    TargetNotFound,

    /// <summary>The named request was refused, is of another kind, or has moved no money that could be reversed.</summary>
    WrongTarget,

    /// <summary>The named request is a reversal itself.</summary>
    TargetIsReversal,

    /// <summary>There are not as many amounts as the named request has postings.</summary>
    LegMismatch,

    /// <summary>An amount is larger than that of the named request.</summary>
    ExceedsTarget,

    /// <summary>The reservation was posted already.</summary>
    AlreadyPosted,

    /// <summary>The reservation was voided already.</summary>
    AlreadyVoided,

    /// <summary>The reservation's time has passed.</summary>
    ReservationExpired,

    /// <summary>The scheduled request was due; it has fired or been refused.</summary>
    AlreadyFired,

    /// <summary>The scheduled request was cancelled already.</summary>
    AlreadyCancelled,

    /// <summary>Less than an amount is left to reverse.</summary>
    AlreadyReversed,

    /// <summary>An account is closed.</summary>
    AccountClosed,

    /// <summary>The account to be closed has a balance or a reservation.</summary>
    AccountNotEmpty,

    /// <summary>A balance would fall below its minimum.</summary>
    InsufficientFunds,

    /// <summary>A balance would rise above its maximum.</summary>
    ExceedsMaximum,
}
