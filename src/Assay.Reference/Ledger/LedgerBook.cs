using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Ledger;

/// <summary>
/// The state of a ledger: a fold of its events. The only code that changes balances, for new events and for replayed ones alike.
/// </summary>
/// <remarks>
/// Two kinds of change, guarded differently. <see cref="Register"/> adds what others look up by number or key, inside the lock of the event
/// log; <see cref="Apply"/> changes accounts and what is pending on them, under those accounts' locks. A single writer needs neither.
/// </remarks>
internal sealed class LedgerBook(Func<Gate> newGate, Func<RequestKey, LedgerEvent?> findEvent, DueQueue due)
{
    private readonly ConcurrentDictionary<long, Account> _accounts = new();
    private readonly ConcurrentDictionary<RequestKey, PendingRequest> _pending = new();

    // By original request and number of the posting: what has been reversed. Guarded by the locks of the accounts of those postings.
    private readonly ConcurrentDictionary<(RequestKey Original, int Number), long> _reversed = new();

    public LedgerEvent? FindEvent(RequestKey key) => findEvent(key);

    public PendingRequest? FindPending(RequestKey key) => _pending.GetValueOrDefault(key);

    public long ReversedOf(RequestKey original, int number) => _reversed.GetValueOrDefault((original, number));

    public bool TryFindAccount(long id, [NotNullWhen(true)] out Account? account) =>
        _accounts.TryGetValue(id, out account) || (id < 0 && TryMakeExternal(id, out account));

    /// <summary>Makes an event's account or open request known.</summary>
    public void Register(LedgerEvent recorded)
    {
        if (recorded is { Cause: EventCause.Request, Status: LedgerStatus.Done, Request: LedgerRequest.OpenAccount open })
        {
            if (!_accounts.TryAdd(open.Account, new Account(open.Account, open.Currency, open.Bounds, newGate())))
                throw new LedgerCorruptException($"Event {recorded.Sequence} opens account {open.Account} again.");
        }
        else if (PendingRequest.Of(recorded) is { } pending)
        {
            _pending[recorded.Request.Key] = pending;
            due.Add(pending);
        }
    }

    /// <summary>Changes the accounts as the event says, and compares each balance with the one it names.</summary>
    public void Apply(LedgerEvent recorded)
    {
        if (recorded.Cause == EventCause.Due)
            PendingOf(recorded, recorded.Request.Key).Fire(hasMoved: recorded.Status == LedgerStatus.Done);
        // A refusal changes nothing else.
        if (recorded.Status != LedgerStatus.Done)
            return;
        if (recorded.Cause == EventCause.Timeout)
            Free(recorded, recorded.Request.Key, PendingState.Expired);
        else if (recorded.Cause == EventCause.Request)
            ApplyRequest(recorded);
        foreach (var leg in recorded.Legs)
            Enter(recorded, leg);
    }

    private void ApplyRequest(LedgerEvent recorded)
    {
        switch (recorded.Request)
        {
            case LedgerRequest.CloseAccount close:
                AccountOf(recorded, close.Account).IsClosed = true;
                break;
            case LedgerRequest.Reserve reserve:
                Hold(recorded, reserve.Postings, sign: 1);
                break;
            case LedgerRequest.PostReserved post:
                Free(recorded, post.Reservation, PendingState.Posted);
                break;
            case LedgerRequest.VoidReserved release:
                Free(recorded, release.Reservation, PendingState.Voided);
                break;
            case LedgerRequest.CancelScheduled cancel:
                PendingOf(recorded, cancel.Scheduled).Become(PendingState.Cancelled);
                break;
            case LedgerRequest.Reverse reverse:
                Reverse(recorded, reverse.Original);
                break;
        }
    }

    private void Free(LedgerEvent recorded, RequestKey reservation, PendingState state)
    {
        var pending = PendingOf(recorded, reservation);
        pending.Become(state);
        Hold(recorded, pending.Postings, sign: -1);
    }

    private void Hold(LedgerEvent recorded, ImmutableArray<Posting> postings, int sign)
    {
        foreach (var posting in postings)
        {
            AccountOf(recorded, posting.From).HoldOut(sign * posting.Amount.MinorUnits);
            AccountOf(recorded, posting.To).HoldIn(sign * posting.Amount.MinorUnits);
        }
    }

    private void Reverse(LedgerEvent recorded, RequestKey original)
    {
        foreach (var leg in recorded.Legs)
            _reversed[(original, leg.Number)] = checked(ReversedOf(original, leg.Number) + leg.Posting.Amount.MinorUnits);
    }

    // Kept on in release builds: a balance that disagrees with its event must stop the ledger, not spread.
    private void Enter(LedgerEvent recorded, Leg leg)
    {
        var (from, to) = (AccountOf(recorded, leg.Posting.From), AccountOf(recorded, leg.Posting.To));
        from.Enter(-leg.Posting.Amount.MinorUnits);
        to.Enter(leg.Posting.Amount.MinorUnits);
        if ((from.Posted, from.Version, to.Posted, to.Version) != (leg.FromBalance, leg.FromVersion, leg.ToBalance, leg.ToVersion))
            throw new LedgerCorruptException($"Event {recorded.Sequence} names other balances than its predecessors lead to.");
    }

    private Account AccountOf(LedgerEvent recorded, long id) => TryFindAccount(id, out var account)
        ? account
        : throw new LedgerCorruptException($"Event {recorded.Sequence} names account {id}, which no event opened.");

    private PendingRequest PendingOf(LedgerEvent recorded, RequestKey key) =>
        FindPending(key) ?? throw new LedgerCorruptException($"Event {recorded.Sequence} names request {key}, which left nothing open.");

    // One for each currency, whoever asks first: there are at most 17,576 of them.
    private bool TryMakeExternal(long id, [NotNullWhen(true)] out Account? account)
    {
        account = null;
        if (id < -Currency.Count)
            return false;
        account = _accounts.GetOrAdd(
            id, static (id, newGate) => new Account(id, Currency.OfNumber((int)-id), AccountBounds.Unbounded, newGate()), newGate);
        return true;
    }
}
