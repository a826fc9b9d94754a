using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>The whole ledger is one immutable state; every request computes the next and swaps it in, or computes again.</summary>
public sealed class Ledger(TimeProvider clock) : ILedger
{
    private readonly long _start = clock.GetTimestamp();
    private State _state = State.Empty;

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        return Change((state, _) => state.Open(account));
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Ask(Command.Of(Kind.Deposit, key, account, amount: amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Ask(Command.Of(Kind.Withdraw, key, account, amount: amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Ask(Command.Of(Kind.Transfer, key, from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) =>
        Ask(Command.Of(Kind.Reserve, key, from, to, amount, timeout: timeout));

    public LedgerAnswer Post(string key, string reservation, long amount) => Ask(Command.Of(Kind.Post, key, amount: amount, target: reservation));

    public LedgerAnswer Void(string key, string reservation) => Ask(Command.Of(Kind.Void, key, target: reservation));

    public LedgerAnswer Reverse(string key, string original) => Ask(Command.Of(Kind.Reverse, key, target: original));

    public AccountState? Find(long account) => Volatile.Read(ref _state).At(Now).Find(account);

    public IReadOnlyList<LedgerEntry>? History(long account) => Volatile.Read(ref _state).History(account);

    private TimeSpan Now => clock.GetElapsedTime(_start);

    private LedgerAnswer Ask(Command command) => Change((state, now) => state.Ask(command, now));

    private T Change<T>(Func<State, TimeSpan, (State Next, T Answer)> step)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            var (next, answer) = step(seen, Now);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _state, next, seen), seen))
                return answer;
        }
    }
}
