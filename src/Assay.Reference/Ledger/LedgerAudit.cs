using System.Collections.Immutable;

namespace Assay.Reference.Ledger;

/// <summary>
/// Judges a ledger's events by their definitions alone, apart from the code that made them: order, keys, double entry, running balances,
/// bounds, reservations, reversals and due times. Feed it all events from the first on. Not safe for concurrent use.
/// </summary>
public sealed class LedgerAudit
{
    private readonly Dictionary<long, AccountSnapshot> _accounts = [];
    private readonly Dictionary<RequestKey, LedgerEvent> _requests = [];

    // Requests that left something open, until it is settled.
    private readonly Dictionary<RequestKey, LedgerEvent> _open = [];

    // What can still be reversed, by the key of the request that moved it.
    private readonly Dictionary<RequestKey, long[]> _reversible = [];
    private LedgerEvent? _last;

    /// <summary>Adds the next event.</summary>
    /// <param name="next">The event.</param>
    /// <returns>What is wrong with it, given those before; null when nothing is. After a finding the audit is over.</returns>
    public string? Add(LedgerEvent next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var finding = Order(next) ?? Settle(next) ?? Move(next) ?? Bounds(next);
        _last = next;
        return finding is null ? null : $"event {next.Sequence}: {finding}";
    }

    /// <summary>An account's balance by the events so far.</summary>
    /// <param name="account">Its number.</param>
    /// <returns>Minor units; zero of an account without entries.</returns>
    public long BalanceOf(long account) => _accounts.GetValueOrDefault(account).Balance;

    /// <summary>The sum of all balances of a currency, that of <see cref="Posting.External"/> included.</summary>
    /// <param name="currency">The currency.</param>
    /// <returns>Minor units; zero in every sound ledger.</returns>
    public Int128 TotalOf(Currency currency) =>
        _accounts.Values.Where(account => account.Currency == currency).Aggregate((Int128)0, (sum, account) => sum + account.Balance);

    private string? Order(LedgerEvent next)
    {
        if (next.Sequence != (_last?.Sequence ?? 0) + 1)
            return "the number is not the next";
        if (_last is not null && next.At < _last.At)
            return "the instant lies before that of its predecessor";
        if (next.Status != LedgerStatus.Done && !next.Legs.IsEmpty)
            return "a refusal moves money";
        if (next.Cause != EventCause.Request)
            return null;
        return _requests.TryAdd(next.Request.Key, next) ? null : "the key was used before";
    }

    private string? Settle(LedgerEvent next)
    {
        if (next.Cause != EventCause.Request)
            return SettleDue(next);
        if (next.Status != LedgerStatus.Done)
            return null;
        switch (next.Request)
        {
            case LedgerRequest.OpenAccount open:
                var opened = new AccountSnapshot(open.Account, open.Currency, open.Bounds, 0, 0, 0, 0, false);
                return _accounts.TryAdd(open.Account, opened) ? null : "the account is open already";
            case LedgerRequest.CloseAccount close:
                var closed = _accounts.GetValueOrDefault(close.Account);
                _accounts[close.Account] = closed with { IsClosed = true };
                return (closed.Balance, closed.ReservedOut, closed.ReservedIn) == (0, 0, 0) ? null : "the account is not empty";
            case LedgerRequest.Reserve reserve:
                Hold(reserve.Postings, 1);
                _open.Add(next.Request.Key, next);
                return null;
            case LedgerRequest.Schedule:
                _open.Add(next.Request.Key, next);
                return null;
            case LedgerRequest.PostReserved post:
                return Free(next, post.Reservation);
            case LedgerRequest.VoidReserved release:
                return Free(next, release.Reservation);
            case LedgerRequest.CancelScheduled cancel:
                return _open.Remove(cancel.Scheduled, out var scheduled) && next.At < DueOf(scheduled) ? null : "nothing was left to cancel";
            default:
                return null;
        }
    }

    private string? SettleDue(LedgerEvent next)
    {
        if (!_open.TryGetValue(next.Request.Key, out var opened))
            return "nothing was open";
        if (!(next.At >= DueOf(opened)))
            return "it was not due";
        if (next.Request is LedgerRequest.Reserve reserve)
            Hold(reserve.Postings, -1);
        _open.Remove(next.Request.Key);
        return null;
    }

    private string? Free(LedgerEvent next, RequestKey key)
    {
        if (!_open.Remove(key, out var opened) || opened.Request is not LedgerRequest.Reserve reserve)
            return "no reservation was open";
        if (next.At >= DueOf(opened))
            return "the reservation was over";
        Hold(reserve.Postings, -1);
        var exceeds = next.Legs.Any(leg => leg.Posting.Amount.MinorUnits > reserve.Postings[leg.Number].Amount.MinorUnits);
        return exceeds ? "more was posted than was reserved" : null;
    }

    private static DateTimeOffset? DueOf(LedgerEvent opened) => PendingRequest.Of(opened)?.DueAt;

    private string? Move(LedgerEvent next)
    {
        foreach (var leg in next.Legs)
        {
            var (payer, payee, amount) = (Account(leg.Posting.From), Account(leg.Posting.To), leg.Posting.Amount);
            if (amount.MinorUnits <= 0 || leg.Posting.From == leg.Posting.To || payer.Currency != amount.Currency || payee.Currency != amount.Currency)
                return "a leg is no posting";
            if (payer.IsClosed || payee.IsClosed)
                return "an account is closed";
            payer = payer with { Balance = payer.Balance - amount.MinorUnits, Version = payer.Version + 1 };
            payee = payee with { Balance = payee.Balance + amount.MinorUnits, Version = payee.Version + 1 };
            (_accounts[payer.Account], _accounts[payee.Account]) = (payer, payee);
            if ((payer.Balance, payer.Version, payee.Balance, payee.Version) != (leg.FromBalance, leg.FromVersion, leg.ToBalance, leg.ToVersion))
                return "a balance is not that of its entries";
        }

        return next.Request is LedgerRequest.Reverse reverse && !next.Legs.IsEmpty ? Reverse(next, reverse) : Keep(next);
    }

    private string? Keep(LedgerEvent next)
    {
        if (next.Legs.IsEmpty)
            return null;
        var left = new long[next.Legs[^1].Number + 1];
        foreach (var leg in next.Legs)
            left[leg.Number] = leg.Posting.Amount.MinorUnits;
        return _reversible.TryAdd(next.Request.Key, left) ? null : "it moved money before";
    }

    private string? Reverse(LedgerEvent next, LedgerRequest.Reverse reverse)
    {
        if (!_reversible.TryGetValue(reverse.Original, out var left))
            return "it reverses what moved no money, or a reversal";
        foreach (var leg in next.Legs)
        {
            if (leg.Number >= left.Length || (left[leg.Number] -= leg.Posting.Amount.MinorUnits) < 0)
                return "more is reversed than was moved";
        }

        return null;
    }

    private string? Bounds(LedgerEvent next)
    {
        foreach (var leg in next.Legs)
        {
            if (IsOutside(leg.Posting.From) || IsOutside(leg.Posting.To))
                return "a balance is out of bounds";
        }

        return next.Request is LedgerRequest.Reserve reserve && reserve.Postings.Any(posting => IsOutside(posting.From) || IsOutside(posting.To))
            ? "a reservation is out of bounds"
            : null;
    }

    private bool IsOutside(long id) => _accounts.TryGetValue(id, out var account)
        && ((Int128)account.Balance - account.ReservedOut < account.Bounds.Minimum || (Int128)account.Balance + account.ReservedIn > account.Bounds.Maximum);

    private void Hold(ImmutableArray<Posting> postings, int sign)
    {
        foreach (var posting in postings)
        {
            var payer = Account(posting.From);
            _accounts[posting.From] = payer with { ReservedOut = payer.ReservedOut + (sign * posting.Amount.MinorUnits) };
            var payee = Account(posting.To);
            _accounts[posting.To] = payee with { ReservedIn = payee.ReservedIn + (sign * posting.Amount.MinorUnits) };
        }
    }

    // One that no event opened has no currency unless it is external, and so fits no posting.
    private AccountSnapshot Account(long id)
    {
        if (_accounts.TryGetValue(id, out var account))
            return account;
        var currency = id is < 0 and >= -Currency.Count ? Currency.OfNumber((int)-id) : default;
        return new AccountSnapshot(id, currency, AccountBounds.Unbounded, 0, 0, 0, 0, false);
    }
}
