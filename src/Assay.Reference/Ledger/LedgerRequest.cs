using System.Collections.Immutable;

namespace Assay.Reference.Ledger;

/// <summary>Something asked of a ledger, under a key that makes it happen at most once. Immutable.</summary>
/// <param name="Key">The idempotency key; the same with every attempt, another for every request.</param>
public abstract record LedgerRequest(RequestKey Key)
{
    /// <summary>The most postings of a request.</summary>
    public const int MaxPostings = 256;

    /// <summary>The 128-bit hash of everything but the key; equal hashes are taken for equal requests.</summary>
    /// <remarks>
    /// The first half of the SHA-256 of the canonical encoding: numbers in fixed width, instants in UTC, nothing the ledger adds. The order
    /// of the postings counts, because amounts of later requests refer to postings by position.
    /// </remarks>
    public UInt128 PayloadHash => RequestCodec.HashOf(this);

    /// <summary>Money from outside into an account.</summary>
    /// <param name="key">The key.</param>
    /// <param name="account">The account.</param>
    /// <param name="amount">How much.</param>
    /// <returns>The request.</returns>
    public static Post Deposit(RequestKey key, long account, Money amount) => Transfer(key, Posting.External(amount.Currency), account, amount);

    /// <summary>Money out of an account and the ledger.</summary>
    /// <param name="key">The key.</param>
    /// <param name="account">The account.</param>
    /// <param name="amount">How much.</param>
    /// <returns>The request.</returns>
    public static Post Withdraw(RequestKey key, long account, Money amount) => Transfer(key, account, Posting.External(amount.Currency), amount);

    /// <summary>Money from one account to another.</summary>
    /// <param name="key">The key.</param>
    /// <param name="from">The account whose balance falls.</param>
    /// <param name="to">The account whose balance rises.</param>
    /// <param name="amount">How much.</param>
    /// <returns>The request.</returns>
    public static Post Transfer(RequestKey key, long from, long to, Money amount) => new(key, [new Posting(from, to, amount)]);

    /// <summary>Opens an account with a balance of zero.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Account">Its number; positive.</param>
    /// <param name="Currency">Its currency.</param>
    /// <param name="Bounds">The balances it may have.</param>
    public sealed record OpenAccount(RequestKey Key, long Account, Currency Currency, AccountBounds Bounds) : LedgerRequest(Key);

    /// <summary>Closes an account that is empty and has no reservation, for ever.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Account">Its number.</param>
    public sealed record CloseAccount(RequestKey Key, long Account) : LedgerRequest(Key);

    /// <summary>
    /// Moves money along all postings or along none. Bounds are judged on the sum of the postings, so an account may pass on what the same
    /// request brings it.
    /// </summary>
    /// <param name="Key">The key.</param>
    /// <param name="Postings">The legs.</param>
    public sealed record Post(RequestKey Key, ImmutableArray<Posting> Postings) : LedgerRequest(Key);

    /// <summary>Sets money aside for all postings or for none, until it is posted or voided or the time is over.</summary>
    /// <param name="Key">The key, by which later requests name the reservation.</param>
    /// <param name="Postings">The legs.</param>
    /// <param name="Timeout">How long it holds; zero for no end. At the last tick it has expired.</param>
    public sealed record Reserve(RequestKey Key, ImmutableArray<Posting> Postings, TimeSpan Timeout) : LedgerRequest(Key);

    /// <summary>Moves the money of a reservation, or a part of it, and frees the rest. Once.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Reservation">The key of the reservation.</param>
    /// <param name="Amounts">
    /// Minor units for each posting of the reservation, zero to what it holds; default or empty for all of it.
    /// </param>
    public sealed record PostReserved(RequestKey Key, RequestKey Reservation, ImmutableArray<long> Amounts = default) : LedgerRequest(Key);

    /// <summary>Frees the money of a reservation.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Reservation">The key of the reservation.</param>
    public sealed record VoidReserved(RequestKey Key, RequestKey Reservation) : LedgerRequest(Key);

    /// <summary>Moves money back. All reversals of a request together never exceed it, and a reversal is not reversed.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Original">The key of the <see cref="Post"/>, <see cref="PostReserved"/> or fired <see cref="Schedule"/>.</param>
    /// <param name="Amounts">Minor units for each posting of the original; default or empty for all that is left.</param>
    public sealed record Reverse(RequestKey Key, RequestKey Original, ImmutableArray<long> Amounts = default) : LedgerRequest(Key);

    /// <summary>
    /// Posts at an instant: once, not before it, in the order of instants and then of requests. Funds are judged then, and a refusal then is
    /// final: whoever wants another attempt makes another request.
    /// </summary>
    /// <param name="Key">The key.</param>
    /// <param name="DueAt">The instant; one in the past is due at once. For wall-clock schedules convert each occurrence.</param>
    /// <param name="Postings">The legs.</param>
    public sealed record Schedule(RequestKey Key, DateTimeOffset DueAt, ImmutableArray<Posting> Postings) : LedgerRequest(Key);

    /// <summary>Withdraws a scheduled request that is not due.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Scheduled">The key of the scheduled request.</param>
    public sealed record CancelScheduled(RequestKey Key, RequestKey Scheduled) : LedgerRequest(Key);
}
