using System;
using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>One thread keeps the journal; the others hand it their work and wait.</summary>
public sealed class Ledger(TimeProvider clock) : ILedger
{
    private readonly Writer _writer = new();
    private readonly Journal _journal = new(clock);

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        return _writer.Do(() => _journal.Open(account));
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Ask(new Line(Verb.Deposit, key, To: account, Amount: amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Ask(new Line(Verb.Withdraw, key, From: account, Amount: amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Ask(new Line(Verb.Transfer, key, from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) => Ask(new Line(Verb.Reserve, key, from, to, amount, timeout.Ticks));

    public LedgerAnswer Post(string key, string reservation, long amount)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        return Ask(new Line(Verb.Post, key, Amount: amount, About: reservation));
    }

    public LedgerAnswer Void(string key, string reservation)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        return Ask(new Line(Verb.Void, key, About: reservation));
    }

    public LedgerAnswer Reverse(string key, string original)
    {
        ArgumentNullException.ThrowIfNull(original);
        return Ask(new Line(Verb.Reverse, key, About: original));
    }

    public AccountState? Find(long account) => _writer.Do(() => _journal.Find(account));

    public IReadOnlyList<LedgerEntry>? History(long account) => _writer.Do(() => _journal.History(account));

    private LedgerAnswer Ask(Line line)
    {
        ArgumentNullException.ThrowIfNull(line.Key);
        return _writer.Do(() => _journal.Write(line));
    }
}
