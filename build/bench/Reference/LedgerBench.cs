using System.Collections.Concurrent;
using System.Diagnostics;
using Assay.Reference.Ledger;

namespace Assay.Bench.Reference;

/// <summary>The ledgers in memory: against their goals in transfers a second, against the usual dictionary of keys, and against one lock for all.</summary>
internal sealed class LedgerBench : IComponentBench
{
    private const int Accounts = 1024;
    private const int Batch = 8190;

    // Few enough that their table fits the second cache, and many enough that it does not.
    private const int RecentKeys = 4 * Batch;
    private const int LiveKeys = 2_000_000;
    private const int RenewAfter = 200_000;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1.5);
    private static readonly Currency s_euro = Currency.Of("EUR");

    public string Component => "Ledger";

    public IEnumerable<BenchCase> Cases() =>
    [
        new FigureCase("single writer, batches of 8,190, recent keys", "25 million a second", Goal.AtLeast(1), "M/s", budget => Against(25, 0, budget)),
        new FigureCase("single writer, batches of 8,190, 2M live keys", "8 million a second", Goal.AtLeast(1), "M/s", budget => Against(8, LiveKeys, budget)),
        new FigureCase("single writer, recent keys", "lock + ConcurrentDictionary of keys + list", null, "M/s", budget => Compared(0, budget)),
        new FigureCase("single writer, 2M live keys", "lock + ConcurrentDictionary of keys + list", Goal.AtLeast(2.8), "M/s", budget => Compared(LiveKeys, budget)),
        new TimedCase("ordered locks", "the same ledger with one lock", null, OrderedLocks, OneLock),
        new TimedCase("ordered locks, 2 threads", "the same ledger with one lock", Goal.AtMost(0.75), OrderedLocks, OneLock, 2),
        new TimedCase("single writer, one request at a time", "ordered locks", null, SingleWriter, OrderedLocks),
        new TimedCase("single writer, one request at a time, 2 threads", "ordered locks", null, SingleWriter, OrderedLocks, 2),
    ];

    private static (double Ours, double Theirs, int Samples) Against(double goal, int live, TimeSpan budget)
    {
        WarmUp();
        var (ours, clock) = (new List<double>(), Stopwatch.StartNew());
        while (ours.Count < 3 || (clock.Elapsed < budget && ours.Count < 101))
            ours.Add(SingleWriterRound(live));
        return (Median(ours), goal, ours.Count);
    }

    private static (double Ours, double Theirs, int Samples) Compared(int live, TimeSpan budget)
    {
        WarmUp();
        var (ours, theirs, clock) = (new List<double>(), new List<double>(), Stopwatch.StartNew());
        while (ours.Count < 3 || (clock.Elapsed < budget && ours.Count < 101))
        {
            ours.Add(SingleWriterRound(live));
            theirs.Add(DictionaryRound(live));
        }

        return (Median(ours), Median(theirs), ours.Count);
    }

    // A round takes milliseconds, and the last tier of the compiler comes after a second of them.
    private static void WarmUp()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_warmUp;)
            _ = SingleWriterRound(0) + DictionaryRound(0);
    }

    // Millions of transfers a second on a fresh ledger that holds so many keys already.
    private static double SingleWriterRound(int live)
    {
        var ledger = new SingleWriterLedger(new LedgerOptions { ExpectedEvents = live + RecentKeys + Accounts });
        Open(ledger);
        var results = new LedgerResult[Batch];
        for (var first = 0; first < live; first += Batch)
            Carry(ledger, Transfers(first, Math.Min(Batch, live - first)), results);
        var batches = Enumerable.Range(0, RecentKeys / Batch).Select(i => Transfers(live + i * Batch, Batch)).ToList();
        var clock = Stopwatch.StartNew();
        foreach (var batch in batches)
            Carry(ledger, batch, results);
        return RecentKeys / clock.Elapsed.TotalMicroseconds;
    }

    private static double DictionaryRound(int live)
    {
        var ledger = new DictionaryLedger();
        for (var first = 0; first < live; first += Batch)
            ledger.Carry(Transfers(first, Math.Min(Batch, live - first)));
        var batches = Enumerable.Range(0, RecentKeys / Batch).Select(i => Transfers(live + i * Batch, Batch)).ToList();
        var clock = Stopwatch.StartNew();
        batches.ForEach(ledger.Carry);
        return RecentKeys / clock.Elapsed.TotalMicroseconds;
    }

    private static void Carry(SingleWriterLedger ledger, Transfer[] transfers, LedgerResult[] results)
    {
        var carried = ledger.TransferAsync(transfers, results);
        if (!carried.IsCompletedSuccessfully || carried.Result != transfers.Length || !results[transfers.Length - 1].IsDone)
            throw new InvalidOperationException("The transfers did not go the way that is measured.");
    }

    // Keys as clients choose them, of random bits; accounts at random.
    private static Transfer[] Transfers(int first, int count)
    {
        var random = new Random(first);
        var transfers = new Transfer[count];
        for (var i = 0; i < count; i++)
        {
            var key = new RequestKey(new UInt128((ulong)random.NextInt64(), ((ulong)random.NextInt64() << 32) | (uint)(first + i + 1)));
            var from = random.Next(Accounts);
            transfers[i] = new Transfer(key, 1 + from, 1 + ((from + 1 + random.Next(Accounts - 1)) % Accounts), new Money(1, s_euro));
        }

        return transfers;
    }

    private static Work OrderedLocks() => Requests(() => new OrderedLockLedger());

    private static Work OneLock() => Requests(() =>
    {
        // Re-entrant, so the ledger takes it once for the key and then again for everything else.
        var gate = new Gate();
        return new OrderedLockLedger(new LedgerOptions(), [], _ => gate);
    });

    private static Work SingleWriter() => Requests(() => new SingleWriterLedger());

    private static Work Requests(Func<ILedger> create)
    {
        var (gate, used, ledger) = (new Lock(), RenewAfter, default(ILedger));
        return operations =>
        {
            ILedger current;
            lock (gate)
            {
                // The events of seconds would fill the memory.
                if (ledger is null || (used += operations) > RenewAfter)
                    (ledger, used) = (Open(create()), operations);
                current = ledger;
            }

            var random = new Random(Environment.CurrentManagedThreadId);
            for (var i = 0; i < operations; i++)
            {
                var from = random.Next(Accounts);
                var key = new RequestKey(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64() + 1));
                var to = 1 + ((from + 1 + random.Next(Accounts - 1)) % Accounts);
                Done(current.ExecuteAsync(LedgerRequest.Transfer(key, 1 + from, to, new Money(1, s_euro))));
            }
        };
    }

    private static void Done(ValueTask<LedgerResult> answer)
    {
        var result = answer.IsCompletedSuccessfully ? answer.Result : answer.AsTask().GetAwaiter().GetResult();
        if (!result.IsDone)
            throw new InvalidOperationException($"A transfer was answered {result}.");
    }

    private static ILedger Open(ILedger ledger)
    {
        for (var account = 1; account <= Accounts; account++)
            Done(ledger.ExecuteAsync(new LedgerRequest.OpenAccount(new RequestKey((ulong)account), account, s_euro, AccountBounds.Unbounded)));
        return ledger;
    }

    private static double Median(List<double> samples) => samples.Order().ElementAt(samples.Count / 2);

    /// <summary>What is usually written: one lock, a dictionary of keys, a list of events.</summary>
    private sealed class DictionaryLedger
    {
        private readonly Lock _gate = new();
        private readonly ConcurrentDictionary<UInt128, (Transfer Transfer, int Event)> _keys = new();
        private readonly List<(Transfer Transfer, long From, long To, long At)> _events = [];
        private readonly long[] _balances = new long[Accounts + 1];

        public void Carry(Transfer[] transfers)
        {
            foreach (var transfer in transfers)
            {
                lock (_gate)
                {
                    if (!_keys.TryAdd(transfer.Key.Value, (transfer, _events.Count)))
                        throw new InvalidOperationException("A key came twice.");
                    var (from, to) = (_balances[transfer.From] -= transfer.Amount.MinorUnits, _balances[transfer.To] += transfer.Amount.MinorUnits);
                    _events.Add((transfer, from, to, _events.Count));
                }
            }
        }
    }
}
