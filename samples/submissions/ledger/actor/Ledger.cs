using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>An actor that owns the book: callers put messages into its mailbox, and whoever finds it idle works the mailbox off.</summary>
public sealed class Ledger(TimeProvider clock) : ILedger
{
    private readonly ConcurrentQueue<Action<Book>> _mailbox = new();
    private readonly Book _book = new(clock);
    private int _isBusy;

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        return Send(book => book.Open(account));
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Ask(Command.Of(Kind.Deposit, key, account, amount: amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Ask(Command.Of(Kind.Withdraw, key, account, amount: amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Ask(Command.Of(Kind.Transfer, key, from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) =>
        Ask(Command.Of(Kind.Reserve, key, from, to, amount, timeout: timeout));

    public LedgerAnswer Post(string key, string reservation, long amount) => Ask(Command.Of(Kind.Post, key, amount: amount, target: reservation));

    public LedgerAnswer Void(string key, string reservation) => Ask(Command.Of(Kind.Void, key, target: reservation));

    public LedgerAnswer Reverse(string key, string original) => Ask(Command.Of(Kind.Reverse, key, target: original));

    public AccountState? Find(long account) => Send(book => book.Find(account));

    public IReadOnlyList<LedgerEntry>? History(long account) => Send(book => book.History(account));

    private LedgerAnswer Ask(Command command) => Send(book => book.Ask(command));

    private T Send<T>(Func<Book, T> message)
    {
        var reply = new Reply<T>();
        _mailbox.Enqueue(book => reply.Set(message(book)));
        var spinner = new SpinWait();
        while (!reply.IsSet)
        {
            if (Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0)
            {
                while (_mailbox.TryDequeue(out var next))
                    next(_book);
                Volatile.Write(ref _isBusy, 0);
            }
            else
            {
                spinner.SpinOnce();
            }
        }

        return reply.Value;
    }

    private sealed class Reply<T>
    {
        private T? _value;
        private volatile bool _isSet;

        public bool IsSet => _isSet;

        public T Value => _value!;

        public void Set(T value)
        {
            _value = value;
            _isSet = true;
        }
    }
}
