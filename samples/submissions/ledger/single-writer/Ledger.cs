using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>One thread writes the book; everybody else waits for it.</summary>
public sealed class Ledger : ILedger, IDisposable
{
    private readonly BlockingCollection<Action> _work = new();
    private readonly Book _book;

    public Ledger(TimeProvider clock)
    {
        _book = new Book(clock);
        new Thread(Write) { IsBackground = true, Name = "ledger" }.Start();
    }

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        return Written(() => _book.Open(account));
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Ask(Command.Of(Kind.Deposit, key, account, amount: amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Ask(Command.Of(Kind.Withdraw, key, account, amount: amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Ask(Command.Of(Kind.Transfer, key, from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) =>
        Ask(Command.Of(Kind.Reserve, key, from, to, amount, timeout: timeout));

    public LedgerAnswer Post(string key, string reservation, long amount) => Ask(Command.Of(Kind.Post, key, amount: amount, target: reservation));

    public LedgerAnswer Void(string key, string reservation) => Ask(Command.Of(Kind.Void, key, target: reservation));

    public LedgerAnswer Reverse(string key, string original) => Ask(Command.Of(Kind.Reverse, key, target: original));

    public AccountState? Find(long account) => Written(() => _book.Find(account));

    public IReadOnlyList<LedgerEntry>? History(long account) => Written(() => _book.History(account));

    public void Dispose() => _work.CompleteAdding();

    private LedgerAnswer Ask(Command command) => Written(() => _book.Ask(command));

    private T Written<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => done.SetResult(work()));
        return done.Task.GetAwaiter().GetResult();
    }

    private void Write()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
