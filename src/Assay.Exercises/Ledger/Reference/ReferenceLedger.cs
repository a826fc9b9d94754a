using System.Collections.Concurrent;
using Contract = Assay.Contracts;

namespace Assay.Reference.Ledger;

/// <summary>The contract of the exercise on the reference's ledger with a lock for each account.</summary>
public sealed class ReferenceLedger : Contract.ILedger
{
    private static readonly Currency Unit = Currency.Of("EUR");

    private readonly OrderedLockLedger _ledger;

    // The ledger keeps hashes of keys; histories tell the keys.
    private readonly ConcurrentDictionary<RequestKey, string> _keys = new();

    public ReferenceLedger(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _ledger = new OrderedLockLedger(new LedgerOptions { Clock = clock });
    }

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        return _ledger.Execute(new LedgerRequest.OpenAccount(RequestKey.New(), account, Unit, AccountBounds.NotNegative)).IsDone;
    }

    public Contract.LedgerAnswer Deposit(string key, long account, long amount) => Run(LedgerRequest.Deposit(KeyOf(key), NumberOf(account), Of(amount)));

    public Contract.LedgerAnswer Withdraw(string key, long account, long amount) => Run(LedgerRequest.Withdraw(KeyOf(key), NumberOf(account), Of(amount)));

    public Contract.LedgerAnswer Transfer(string key, long from, long to, long amount) => Run(LedgerRequest.Transfer(KeyOf(key), NumberOf(from), NumberOf(to), Of(amount)));

    public Contract.LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) =>
        Run(new LedgerRequest.Reserve(KeyOf(key), [new Posting(NumberOf(from), NumberOf(to), Of(amount))], timeout));

    public Contract.LedgerAnswer Post(string key, string reservation, long amount) =>
        Run(new LedgerRequest.PostReserved(KeyOf(key), KeyOf(reservation), [amount]));

    public Contract.LedgerAnswer Void(string key, string reservation) => Run(new LedgerRequest.VoidReserved(KeyOf(key), KeyOf(reservation)));

    public Contract.LedgerAnswer Reverse(string key, string original) => Run(new LedgerRequest.Reverse(KeyOf(key), KeyOf(original)));

    public Contract.AccountState? Find(long account) =>
        account > 0 && _ledger.Find(account) is { } found ? new Contract.AccountState(found.Balance, found.ReservedOut) : null;

    public IReadOnlyList<Contract.LedgerEntry>? History(long account)
    {
        if (account <= 0 || _ledger.Find(account) is null)
            return null;
        var entries = new List<Contract.LedgerEntry>();
        foreach (var recorded in _ledger.ReadEvents())
        {
            foreach (var leg in recorded.Legs)
            {
                var (amount, key) = (leg.Posting.Amount.MinorUnits, _keys[recorded.Request.Key]);
                if (leg.Posting.From == account)
                    entries.Add(new Contract.LedgerEntry(key, -amount, leg.FromBalance));
                else if (leg.Posting.To == account)
                    entries.Add(new Contract.LedgerEntry(key, amount, leg.ToBalance));
            }
        }

        return entries;
    }

    private static Money Of(long amount) => new(amount, Unit);

    // The small negative numbers are the world outside, which no caller may name.
    private static long NumberOf(long account) => account is > 0 or < -Currency.Count ? account : account - Currency.Count - 1;

    private RequestKey KeyOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var hash = RequestKey.Of(key);
        _keys.TryAdd(hash, key);
        return hash;
    }

    private Contract.LedgerAnswer Run(LedgerRequest request)
    {
        var result = _ledger.Execute(request);
        var comesFromOutside = result.Sequence > 0 && ComesFromOutside(request);
        return new Contract.LedgerAnswer(StatusOf(result.Status, comesFromOutside), comesFromOutside ? result.ToBalance : result.FromBalance);
    }

    private bool ComesFromOutside(LedgerRequest request) => request switch
    {
        LedgerRequest.Post post => post.Postings[0].From < 0,
        LedgerRequest.Reverse reverse => _ledger.ReadEvents()
            .Any(recorded => recorded.Request.Key == reverse.Original && recorded.Request is LedgerRequest.Post { Postings: [{ To: < 0 }] }),
        _ => false,
    };

    private static Contract.LedgerStatus StatusOf(LedgerStatus status, bool comesFromOutside) => status switch
    {
        LedgerStatus.Done => Contract.LedgerStatus.Done,
        LedgerStatus.KeyConflict => Contract.LedgerStatus.KeyConflict,
        LedgerStatus.SameAccount => Contract.LedgerStatus.SameAccount,
        LedgerStatus.InvalidAmount => Contract.LedgerStatus.InvalidAmount,
        LedgerStatus.InvalidTimeout => Contract.LedgerStatus.InvalidTimeout,
        LedgerStatus.AccountNotFound or LedgerStatus.InvalidAccount => Contract.LedgerStatus.AccountNotFound,
        LedgerStatus.TargetNotFound => Contract.LedgerStatus.TargetNotFound,
        LedgerStatus.WrongTarget or LedgerStatus.TargetIsReversal => Contract.LedgerStatus.WrongTarget,
        LedgerStatus.ExceedsTarget => Contract.LedgerStatus.ExceedsReservation,
        LedgerStatus.AlreadyPosted => Contract.LedgerStatus.AlreadyPosted,
        LedgerStatus.AlreadyVoided => Contract.LedgerStatus.AlreadyVoided,
        LedgerStatus.ReservationExpired => Contract.LedgerStatus.Expired,
        LedgerStatus.AlreadyReversed => Contract.LedgerStatus.AlreadyReversed,
        // What comes from outside has no bound but the ledger's own.
        LedgerStatus.InsufficientFunds => comesFromOutside ? Contract.LedgerStatus.LedgerFull : Contract.LedgerStatus.InsufficientFunds,
        LedgerStatus.ExceedsMaximum => Contract.LedgerStatus.LedgerFull,
        _ => throw new InvalidOperationException($"{status} is not possible here."),
    };
}
