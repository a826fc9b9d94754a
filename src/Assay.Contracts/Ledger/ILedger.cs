namespace Assay.Contracts;

/// <summary>
/// Keeps accounts and moves money between them, in whole minor units of one currency. All methods may be called by several threads at once, and each
/// takes effect at one instant between its call and its return.
/// </summary>
/// <remarks>
/// The implementing class has one public constructor: <c>(TimeProvider clock)</c>.
/// Every request that may change something carries a key chosen by the caller. It takes effect at most once: a repetition (the same method with the same
/// arguments under the same key) is answered exactly as the first time, a refusal too, whatever has changed since; one that arrives while the first still
/// runs waits for its answer. Another request under a used key is a <see cref="LedgerStatus.KeyConflict"/> and changes nothing. A request that is refused
/// for its form (<see cref="LedgerStatus.InvalidAmount"/>, <see cref="LedgerStatus.InvalidTimeout"/>, <see cref="LedgerStatus.SameAccount"/>) does not
/// use up its key. A refused request changes nothing but that.
/// No balance ever falls below what is reserved of it. A null key is an <see cref="ArgumentNullException"/>.
/// </remarks>
[Contract]
public interface ILedger
{
    /// <summary>Opens an account with a balance of zero.</summary>
    /// <param name="account">Its number; positive.</param>
    /// <returns>False when it is open already; nothing changes then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    bool Open(long account);

    /// <summary>Money from outside into an account.</summary>
    LedgerAnswer Deposit(string key, long account, long amount);

    /// <summary>Money out of an account and the ledger.</summary>
    LedgerAnswer Withdraw(string key, long account, long amount);

    /// <summary>Money from one account to another.</summary>
    LedgerAnswer Transfer(string key, long from, long to, long amount);

    /// <summary>
    /// Sets money of an account aside for another, until it is posted or voided or the timeout is over. What is reserved still belongs to the balance, but
    /// can neither be withdrawn nor transferred nor reserved again.
    /// </summary>
    /// <param name="key">The key, by which later requests name the reservation.</param>
    /// <param name="from">The account that will pay.</param>
    /// <param name="to">The account that will be paid.</param>
    /// <param name="amount">How much.</param>
    /// <param name="timeout">How long it holds, zero for ever, at most 36,525 days. When exactly this time has passed it has expired.</param>
    LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout);

    /// <summary>Moves money of a reservation to the account it was reserved for, and frees the rest. Once.</summary>
    /// <param name="key">The key.</param>
    /// <param name="reservation">The key of the reservation.</param>
    /// <param name="amount">How much; at most what is reserved.</param>
    LedgerAnswer Post(string key, string reservation, long amount);

    /// <summary>Frees the money of a reservation.</summary>
    LedgerAnswer Void(string key, string reservation);

    /// <summary>Moves the money of a deposit, withdrawal, transfer or post back the way it came, all of it. Once.</summary>
    /// <param name="key">The key.</param>
    /// <param name="original">The key of what is undone. A reversal cannot be.</param>
    LedgerAnswer Reverse(string key, string original);

    /// <summary>Looks an account up.</summary>
    /// <returns>Null when it is not open.</returns>
    AccountState? Find(long account);

    /// <summary>The movements of an account, the oldest first. Refused requests and reservations move nothing.</summary>
    /// <returns>Null when it is not open. What was given stays as it is: later movements do not appear in it.</returns>
    IReadOnlyList<LedgerEntry>? History(long account);
}
