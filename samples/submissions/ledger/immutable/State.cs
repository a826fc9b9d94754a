using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Assay.Contracts;

namespace Candidate;

/// <summary>All that a ledger knows, as a value.</summary>
internal sealed record State
{
    private const long Most = (1L << 62) - 1;

    public static State Empty { get; } = new();

    private ImmutableDictionary<long, Account> Accounts { get; init; } = ImmutableDictionary<long, Account>.Empty;

    private ImmutableDictionary<string, Fact> Facts { get; init; } = ImmutableDictionary.Create<string, Fact>(StringComparer.Ordinal);

    // Reservations that will expire, by instant and key.
    private ImmutableSortedSet<(TimeSpan At, string Key)> Timeouts { get; init; } = [];

    private long Total { get; init; }

    public (State Next, bool IsOpened) Open(long number) =>
        Accounts.ContainsKey(number) ? (this, false) : (this with { Accounts = Accounts.Add(number, Account.Empty) }, true);

    public AccountState? Find(long number) => Accounts.TryGetValue(number, out var account) ? new AccountState(account.Balance, account.Reserved) : null;

    public IReadOnlyList<LedgerEntry>? History(long number) => Accounts.TryGetValue(number, out var account) ? account.Entries.ToArray() : null;

    public State At(TimeSpan now)
    {
        var state = this;
        while (state.Timeouts.Count > 0 && state.Timeouts[0] is var (at, key) && at <= now)
        {
            state = state with { Timeouts = state.Timeouts.Remove((at, key)) };
            if (state.Facts[key].Hold == LedgerStatus.Done)
                state = state.Free(key, LedgerStatus.Expired);
        }

        return state;
    }

    public (State Next, LedgerAnswer Answer) Ask(Command command, TimeSpan now)
    {
        var state = At(now);
        if (state.Facts.TryGetValue(command.Key, out var known))
            return (state, known.Command == command ? known.Answer : new LedgerAnswer(LedgerStatus.KeyConflict, 0));
        if (command.Malformed() is { } malformed)
            return (state, new LedgerAnswer(malformed, 0));
        var (next, fact) = state.Carry(command, now);
        return (next with { Facts = next.Facts.SetItem(command.Key, fact) }, fact.Answer);
    }

    private (State Next, Fact Fact) Carry(Command command, TimeSpan now) => command.Kind switch
    {
        Kind.Deposit => Move(command, null, command.From, command.Amount),
        Kind.Withdraw => Move(command, command.From, null, command.Amount),
        Kind.Transfer => Move(command, command.From, command.To, command.Amount),
        Kind.Reserve => Reserve(command, now),
        Kind.Reverse => Reverse(command),
        _ => End(command),
    };

    private (State Next, Fact Fact) Move(Command command, long? from, long? to, long amount)
    {
        if ((from is { } f && !Accounts.ContainsKey(f)) || (to is { } t && !Accounts.ContainsKey(t)))
            return Refused(command, LedgerStatus.AccountNotFound);
        if (from is { } payer && Accounts[payer].Free < amount)
            return Refused(command, LedgerStatus.InsufficientFunds);
        if (from is null && Total > Most - amount)
            return Refused(command, LedgerStatus.LedgerFull);
        var accounts = Accounts;
        if (from is { } less)
            accounts = accounts.SetItem(less, accounts[less].Enter(command.Key, -amount));
        if (to is { } more)
            accounts = accounts.SetItem(more, accounts[more].Enter(command.Key, amount));
        var next = this with { Accounts = accounts, Total = Total + (from is null ? amount : 0) - (to is null ? amount : 0) };
        return (next, new Fact(command, new LedgerAnswer(LedgerStatus.Done, accounts[(from ?? to)!.Value].Balance)) { From = from, To = to, Moved = amount });
    }

    private (State Next, Fact Fact) Reserve(Command command, TimeSpan now)
    {
        if (!Accounts.TryGetValue(command.From, out var payer) || !Accounts.ContainsKey(command.To))
            return Refused(command, LedgerStatus.AccountNotFound);
        if (payer.Free < command.Amount)
            return Refused(command, LedgerStatus.InsufficientFunds);
        var next = this with
        {
            Accounts = Accounts.SetItem(command.From, payer with { Reserved = payer.Reserved + command.Amount }),
            Timeouts = command.Timeout > TimeSpan.Zero ? Timeouts.Add((now + command.Timeout, command.Key)) : Timeouts,
        };
        return (next, new Fact(command, new LedgerAnswer(LedgerStatus.Done, 0)) { Hold = LedgerStatus.Done });
    }

    private (State Next, Fact Fact) End(Command command)
    {
        if (!Facts.TryGetValue(command.Target, out var reservation))
            return Refused(command, LedgerStatus.TargetNotFound);
        if (reservation.Hold is not { } hold)
            return Refused(command, LedgerStatus.WrongTarget);
        if (command.Kind == Kind.Post && command.Amount > reservation.Command.Amount)
            return Refused(command, LedgerStatus.ExceedsReservation);
        if (hold != LedgerStatus.Done)
            return Refused(command, hold);
        if (command.Kind == Kind.Void)
            return (Free(command.Target, LedgerStatus.AlreadyVoided), new Fact(command, new LedgerAnswer(LedgerStatus.Done, 0)));
        return Free(command.Target, LedgerStatus.AlreadyPosted).Move(command, reservation.Command.From, reservation.Command.To, command.Amount);
    }

    private (State Next, Fact Fact) Reverse(Command command)
    {
        if (!Facts.TryGetValue(command.Target, out var original))
            return Refused(command, LedgerStatus.TargetNotFound);
        if (original.Moved == 0 || original.Command.Kind == Kind.Reverse)
            return Refused(command, LedgerStatus.WrongTarget);
        if (original.IsReversed)
            return Refused(command, LedgerStatus.AlreadyReversed);
        var (next, fact) = Move(command, original.To, original.From, original.Moved);
        return fact.Moved == 0 ? (next, fact) : (next with { Facts = next.Facts.SetItem(command.Target, original with { IsReversed = true }) }, fact);
    }

    private State Free(string key, LedgerStatus end)
    {
        var reservation = Facts[key];
        var payer = Accounts[reservation.Command.From];
        return this with
        {
            Facts = Facts.SetItem(key, reservation with { Hold = end }),
            Accounts = Accounts.SetItem(reservation.Command.From, payer with { Reserved = payer.Reserved - reservation.Command.Amount }),
        };
    }

    private (State Next, Fact Fact) Refused(Command command, LedgerStatus status) => (this, new Fact(command, new LedgerAnswer(status, 0)));

    private sealed record Account(long Balance, long Reserved, ImmutableList<LedgerEntry> Entries)
    {
        public static Account Empty { get; } = new(0, 0, []);

        public long Free => Balance - Reserved;

        public Account Enter(string key, long change) =>
            this with { Balance = Balance + change, Entries = Entries.Add(new LedgerEntry(key, change, Balance + change)) };
    }

    private sealed record Fact(Command Command, LedgerAnswer Answer)
    {
        public long? From { get; init; }

        public long? To { get; init; }

        public long Moved { get; init; }

        public bool IsReversed { get; init; }

        public LedgerStatus? Hold { get; init; }
    }
}
