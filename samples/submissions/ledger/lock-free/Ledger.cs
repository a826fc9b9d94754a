using System;
using System.Collections.Generic;
using System.Threading;
using Assay.Contracts;

namespace Candidate;

/// <summary>
/// State machine replication in one process. A call takes effect when its node is linked to the end of the log, by compare-and-swap. To learn its answer the caller takes a
/// replica off a stack, has it read the log up to its node, and puts it back: a replica has one owner at a time, so it needs no care, and nobody waits for anybody.
/// </summary>
public sealed class Ledger : ILedger
{
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly LogNode _first = new(0, replica => replica);
    private LogNode _recent;
    private Spare? _spares;

    public Ledger(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (_clock, _start, _recent) = (clock, clock.GetTimestamp(), _first);
    }

    public bool Open(long account)
    {
        if (account < 1)
            throw new ArgumentOutOfRangeException(nameof(account));
        return Run(replica => replica.Open(account));
    }

    public LedgerAnswer Deposit(string key, long account, long amount) => Run(key, new Ask('d', To: account, Amount: amount));

    public LedgerAnswer Withdraw(string key, long account, long amount) => Run(key, new Ask('w', From: account, Amount: amount));

    public LedgerAnswer Transfer(string key, long from, long to, long amount) => Run(key, new Ask('t', from, to, amount));

    public LedgerAnswer Reserve(string key, long from, long to, long amount, TimeSpan timeout) => Run(key, new Ask('r', from, to, amount, timeout));

    public LedgerAnswer Post(string key, string reservation, long amount) => Run(key, new Ask('p', Amount: amount, Target: NotNull(reservation)));

    public LedgerAnswer Void(string key, string reservation) => Run(key, new Ask('v', Target: NotNull(reservation)));

    public LedgerAnswer Reverse(string key, string original) => Run(key, new Ask('x', Target: NotNull(original)));

    public AccountState? Find(long account) => Run(replica => replica.Find(account));

    public IReadOnlyList<LedgerEntry>? History(long account) => Run(replica => replica.History(account));

    private static string NotNull(string target) => target ?? throw new ArgumentNullException(nameof(target));

    private LedgerAnswer Run(string key, Ask ask)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Run(replica => replica.Answer(key, ask));
    }

    private T Run<T>(Func<Replica, T> step)
    {
        var node = new LogNode(_clock.GetElapsedTime(_start).Ticks, replica => step(replica));
        var last = Volatile.Read(ref _recent);
        while (last.TryLink(node) is { } other)
            last = other;
        Volatile.Write(ref _recent, node);
        // Whoever reads past a node on behalf of his own leaves the outcome there.
        if (!node.HasOutcome)
        {
            var replica = TakeSpare() ?? new Replica(_first);
            replica.ReadTo(node);
            PutBack(replica);
        }

        return (T)node.Outcome!;
    }

    private Replica? TakeSpare()
    {
        while (Volatile.Read(ref _spares) is { } top)
        {
            // A spare is put back as a new one, so whatever is on top when the swap succeeds is what was read.
            if (Interlocked.CompareExchange(ref _spares, top.Below, top) == top)
                return top.Replica;
        }

        return null;
    }

    private void PutBack(Replica replica)
    {
        var spare = new Spare(replica);
        do
            spare.Below = Volatile.Read(ref _spares);
        while (Interlocked.CompareExchange(ref _spares, spare, spare.Below) != spare.Below);
    }

    private sealed class Spare(Replica replica)
    {
        public Replica Replica => replica;

        public Spare? Below { get; set; }
    }
}
