using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Assay.Contracts;

namespace Candidate;

/// <summary>An actor owns the vault: callers put messages into its mailbox, and whoever finds it idle works the mailbox off.</summary>
public sealed class Ledger(TimeProvider clock) : ILedger
{
    private readonly ConcurrentQueue<Message> _mailbox = new();
    private readonly Vault _vault = new(clock);
    private int _isBusy;

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        return Told(vault => vault.Open(account));
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Asked(new Movement(key, null, account, amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Asked(new Movement(key, account, null, amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Asked(new Movement(key, from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) => Asked(new Reservation(key, from, to, amount, timeout));

    public LedgerAnswer Post(string key, string reservation, long amount) => Asked(new Posting(key, reservation, amount));

    public LedgerAnswer Void(string key, string reservation) => Asked(new Voiding(key, reservation));

    public LedgerAnswer Reverse(string key, string original) => Asked(new Reversal(key, original));

    public AccountState? Find(long account) => Told(vault => vault.Find(account));

    public IReadOnlyList<LedgerEntry>? History(long account) => Told(vault => vault.History(account));

    private LedgerAnswer Asked(Request request) => Told(vault => vault.Answer(request));

    private T Told<T>(Func<Vault, T> work)
    {
        var message = new Message<T>(work);
        _mailbox.Enqueue(message);
        var spinner = new SpinWait();
        while (!message.IsHandled)
        {
            if (Interlocked.CompareExchange(ref _isBusy, 1, 0) != 0)
            {
                spinner.SpinOnce();
                continue;
            }

            while (_mailbox.TryDequeue(out var next))
                next.Handle(_vault);
            Volatile.Write(ref _isBusy, 0);
        }

        return message.Answer!;
    }

    private abstract class Message
    {
        private volatile bool _isHandled;

        public bool IsHandled => _isHandled;

        public void Handle(Vault vault)
        {
            Work(vault);
            _isHandled = true;
        }

        protected abstract void Work(Vault vault);
    }

    private sealed class Message<T>(Func<Vault, T> work) : Message
    {
        public T? Answer { get; private set; }

        protected override void Work(Vault vault) => Answer = work(vault);
    }
}
