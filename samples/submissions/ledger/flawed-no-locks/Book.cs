using System;
using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>The accounts and everything that was ever asked, for one thread at a time.</summary>
internal sealed class Book(TimeProvider clock)
{
    private const long Most = (1L << 62) - 1;

    private readonly Dictionary<long, Account> _accounts = new();
    private readonly Dictionary<string, Asked> _asked = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Asked, long> _timeouts = new();
    private readonly long _start = clock.GetTimestamp();

    // What all accounts hold together.
    private long _total;

    public bool Open(long number) => _accounts.TryAdd(number, new Account());

    public LedgerAnswer Ask(Command command)
    {
        Expire();
        if (_asked.TryGetValue(command.Key, out var earlier))
            return earlier.Command == command ? earlier.Answer : new LedgerAnswer(LedgerStatus.KeyConflict, 0);
        if (command.Malformed() is { } malformed)
            return new LedgerAnswer(malformed, 0);
        var asked = new Asked(command);
        asked.Answer = Carry(asked);
        _asked.Add(command.Key, asked);
        return asked.Answer;
    }

    public AccountState? Find(long number)
    {
        Expire();
        return _accounts.TryGetValue(number, out var account) ? new AccountState(account.Balance, account.Reserved) : null;
    }

    public IReadOnlyList<LedgerEntry>? History(long number) =>
        _accounts.TryGetValue(number, out var account) ? account.Entries.ToArray() : null;

    private long Now => clock.GetElapsedTime(_start).Ticks;

    private LedgerAnswer Carry(Asked asked)
    {
        var command = asked.Command;
        switch (command.Kind)
        {
            case Kind.Deposit:
                return Move(asked, null, command.From, command.Amount);
            case Kind.Withdraw:
                return Move(asked, command.From, null, command.Amount);
            case Kind.Transfer:
                return Move(asked, command.From, command.To, command.Amount);
            case Kind.Reserve:
                return Reserve(asked);
            case Kind.Reverse:
                return Reverse(asked);
            default:
                return End(asked);
        }
    }

    private LedgerAnswer Move(Asked asked, long? from, long? to, long amount)
    {
        var (payer, payee) = (default(Account), default(Account));
        if ((from is { } f && !_accounts.TryGetValue(f, out payer)) || (to is { } t && !_accounts.TryGetValue(t, out payee)))
            return Refused(LedgerStatus.AccountNotFound);
        if (payer is not null && payer.Balance - payer.Reserved < amount)
            return Refused(LedgerStatus.InsufficientFunds);
        if (payer is null && amount > Most - _total)
            return Refused(LedgerStatus.LedgerFull);
        if (payer is null)
            _total += amount;
        if (payee is null)
            _total -= amount;
        payer?.Enter(asked.Command.Key, -amount);
        payee?.Enter(asked.Command.Key, amount);
        (asked.From, asked.To, asked.Moved) = (from, to, amount);
        return new LedgerAnswer(LedgerStatus.Done, (payer ?? payee)!.Balance);
    }

    private LedgerAnswer Reserve(Asked asked)
    {
        var command = asked.Command;
        if (!_accounts.TryGetValue(command.From, out var payer) || !_accounts.ContainsKey(command.To))
            return Refused(LedgerStatus.AccountNotFound);
        if (payer.Balance - payer.Reserved < command.Amount)
            return Refused(LedgerStatus.InsufficientFunds);
        payer.Reserved += command.Amount;
        asked.Hold = LedgerStatus.Done;
        if (command.Timeout > TimeSpan.Zero)
            _timeouts.Enqueue(asked, Now + command.Timeout.Ticks);
        return new LedgerAnswer(LedgerStatus.Done, 0);
    }

    private LedgerAnswer End(Asked asked)
    {
        var command = asked.Command;
        if (!_asked.TryGetValue(command.Target, out var reservation))
            return Refused(LedgerStatus.TargetNotFound);
        if (reservation.Hold is null)
            return Refused(LedgerStatus.WrongTarget);
        if (command.Kind == Kind.Post && command.Amount > reservation.Command.Amount)
            return Refused(LedgerStatus.ExceedsReservation);
        if (reservation.Hold != LedgerStatus.Done)
            return Refused(reservation.Hold.Value);
        Free(reservation, command.Kind == Kind.Post ? LedgerStatus.AlreadyPosted : LedgerStatus.AlreadyVoided);
        return command.Kind == Kind.Post
            ? Move(asked, reservation.Command.From, reservation.Command.To, command.Amount)
            : new LedgerAnswer(LedgerStatus.Done, 0);
    }

    private LedgerAnswer Reverse(Asked asked)
    {
        if (!_asked.TryGetValue(asked.Command.Target, out var original))
            return Refused(LedgerStatus.TargetNotFound);
        if (original.Moved == 0 || original.Command.Kind == Kind.Reverse)
            return Refused(LedgerStatus.WrongTarget);
        if (original.IsReversed)
            return Refused(LedgerStatus.AlreadyReversed);
        var answer = Move(asked, original.To, original.From, original.Moved);
        original.IsReversed = answer.Status == LedgerStatus.Done;
        return answer;
    }

    private void Expire()
    {
        while (_timeouts.TryPeek(out var reservation, out var end) && end <= Now)
        {
            _timeouts.Dequeue();
            if (reservation.Hold == LedgerStatus.Done)
                Free(reservation, LedgerStatus.Expired);
        }
    }

    private void Free(Asked reservation, LedgerStatus end)
    {
        reservation.Hold = end;
        _accounts[reservation.Command.From].Reserved -= reservation.Command.Amount;
    }

    private static LedgerAnswer Refused(LedgerStatus status) => new(status, 0);

    private sealed class Account
    {
        public long Balance { get; private set; }

        public long Reserved { get; set; }

        public List<LedgerEntry> Entries { get; } = [];

        public void Enter(string key, long change)
        {
            Balance += change;
            Entries.Add(new LedgerEntry(key, change, Balance));
        }
    }

    private sealed class Asked(Command command)
    {
        public Command Command => command;

        public LedgerAnswer Answer { get; set; }

        public long? From { get; set; }

        public long? To { get; set; }

        public long Moved { get; set; }

        public bool IsReversed { get; set; }

        // Of a reservation: Done while it is open, afterwards what later requests are refused with.
        public LedgerStatus? Hold { get; set; }
    }
}
