using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>A book behind one lock.</summary>
public sealed class Ledger(TimeProvider clock) : ILedger
{
    private readonly Lock _gate = new();
    private readonly Book _book = new(clock);

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        lock (_gate)
            return _book.Open(account);
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Ask(Command.Of(Kind.Deposit, key, account, amount: amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Ask(Command.Of(Kind.Withdraw, key, account, amount: amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Ask(Command.Of(Kind.Transfer, key, from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) =>
        Ask(Command.Of(Kind.Reserve, key, from, to, amount, timeout: timeout));

    public LedgerAnswer Post(string key, string reservation, long amount) => Ask(Command.Of(Kind.Post, key, amount: amount, target: reservation));

    public LedgerAnswer Void(string key, string reservation) => Ask(Command.Of(Kind.Void, key, target: reservation));

    public LedgerAnswer Reverse(string key, string original) => Ask(Command.Of(Kind.Reverse, key, target: original));

    public AccountState? Find(long account)
    {
        lock (_gate)
            return _book.Find(account);
    }

    public IReadOnlyList<LedgerEntry>? History(long account)
    {
        lock (_gate)
            return _book.History(account);
    }

    private LedgerAnswer Ask(Command command)
    {
        lock (_gate)
            return _book.Ask(command);
    }
}
