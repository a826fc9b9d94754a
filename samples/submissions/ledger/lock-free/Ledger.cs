using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>
/// A log that grows by compare-and-swap at its end (Herlihy's universal construction): a request takes effect when its node is linked, and whoever wants
/// to know what became of it computes the states up to its node, which are the same for everybody.
/// </summary>
public sealed class Ledger : ILedger
{
    private readonly TimeProvider _clock;
    private readonly long _start;

    // Some node near the end that has its outcome; only a hint where to begin.
    private Node _recent;

    public Ledger(TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        _recent = new Node(TimeSpan.Zero, null, 0) { Outcome = new Outcome(State.Empty, default, false) };
    }

    public bool Open(long account)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(account);
        return Append(null, account).IsOpened;
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Ask(Command.Of(Kind.Deposit, key, account, amount: amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Ask(Command.Of(Kind.Withdraw, key, account, amount: amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Ask(Command.Of(Kind.Transfer, key, from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) =>
        Ask(Command.Of(Kind.Reserve, key, from, to, amount, timeout: timeout));

    public LedgerAnswer Post(string key, string reservation, long amount) => Ask(Command.Of(Kind.Post, key, amount: amount, target: reservation));

    public LedgerAnswer Void(string key, string reservation) => Ask(Command.Of(Kind.Void, key, target: reservation));

    public LedgerAnswer Reverse(string key, string original) => Ask(Command.Of(Kind.Reverse, key, target: original));

    public AccountState? Find(long account) => Last().Outcome!.State.At(_clock.GetElapsedTime(_start)).Find(account);

    public IReadOnlyList<LedgerEntry>? History(long account) => Last().Outcome!.State.History(account);

    private LedgerAnswer Ask(Command command) => Append(command, 0).Answer;

    private Outcome Append(Command? command, long account)
    {
        var node = new Node(_clock.GetElapsedTime(_start), command, account);
        var last = Last();
        while (Interlocked.CompareExchange(ref last.Next, node, null) is { } next)
        {
            Compute(last, next);
            last = next;
        }

        Compute(last, node);
        Volatile.Write(ref _recent, node);
        return node.Outcome!;
    }

    private Node Last()
    {
        var node = Volatile.Read(ref _recent);
        while (Volatile.Read(ref node.Next) is { } next)
        {
            Compute(node, next);
            node = next;
        }

        return node;
    }

    // Several threads may compute one outcome; all of them get the same.
    private static void Compute(Node before, Node node)
    {
        if (Volatile.Read(ref node.Outcome) is not null)
            return;
        var state = before.Outcome!.State;
        var outcome = node.Command is { } command ? Asked(state.Ask(command, node.At)) : Opened(state.Open(node.Account));
        Interlocked.CompareExchange(ref node.Outcome, outcome, null);
    }

    private static Outcome Asked((State Next, LedgerAnswer Answer) step) => new(step.Next, step.Answer, false);

    private static Outcome Opened((State Next, bool IsOpened) step) => new(step.Next, default, step.IsOpened);

    private sealed record Outcome(State State, LedgerAnswer Answer, bool IsOpened);

    private sealed class Node(TimeSpan at, Command? command, long account)
    {
        public Node? Next;
        public Outcome? Outcome;

        public TimeSpan At => at;

        public Command? Command => command;

        public long Account => account;
    }
}
