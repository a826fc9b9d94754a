#pragma warning disable xUnit1051 // Nothing here is cancelled: what a token does has its own tests.
using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>What only the single writer has: the ring, the table of keys, batches.</summary>
public sealed class SingleWriterTests
{
    [Fact]
    public async Task A_batch_is_answered_like_the_requests_one_by_one()
    {
        var clock = new ManualClock();
        await using var batched = (SingleWriterLedger)AllLedgers.Create("single writer", clock);
        await using var single = AllLedgers.Create("ordered locks", clock);
        foreach (var request in Requests.Openings())
            Assert.Equal(await single.ExecuteAsync(request), await batched.ExecuteAsync(request));
        var random = new Random(1);
        var transfers = Enumerable.Range(0, 3000).Select(_ => new Transfer(
            Requests.Key((ulong)random.Next(0, 1500)), random.Next(0, 6), random.Next(1, 6), new Money(random.Next(-1, 9), random.Next(20) == 0 ? Requests.Yen : Requests.Euro))).ToArray();
        var results = new LedgerResult[transfers.Length];
        Assert.Equal(transfers.Length, await batched.TransferAsync(transfers, results, TestContext.Current.CancellationToken));
        foreach (var (transfer, result) in transfers.Zip(results))
            Assert.Equal(await single.ExecuteAsync(LedgerRequest.Transfer(transfer.Key, transfer.From, transfer.To, transfer.Amount)), result);
        Assert.Equal(AllLedgers.HeadOf(single), batched.Head);
        await Assert.ThrowsAsync<ArgumentException>(async () => await batched.TransferAsync(transfers, new LedgerResult[1]));
    }

    [Fact]
    public void The_table_finds_every_key_and_no_other_however_far_it_grows()
    {
        var events = new EventStore(1 << 20, 0);
        var (table, kept, random) = (new KeyTable(0, events), new Dictionary<RequestKey, long>(), new Random(3));
        for (var i = 0; i < 20_000; i++)
        {
            // Close together, and with one half alike: what a bad hash would put in one place.
            var key = new RequestKey(random.Next(2) == 0 ? (UInt128)random.Next(1, 9000) : (UInt128)random.Next(1, 9000) << 64);
            var hash = table.HashOf(key);
            Assert.Equal(kept.GetValueOrDefault(key), table.Find(key, hash, out var place));
            if (!kept.TryAdd(key, events.Count + 1))
                continue;
            events.Append().Key = key;
            table.Add(hash, place, events.Count);
        }

        Assert.All(kept, pair => Assert.Equal(pair.Value, table.Find(pair.Key, table.HashOf(pair.Key), out _)));
    }

    [Fact]
    public void The_ring_is_bounded_and_keeps_the_order_over_many_rounds()
    {
        var ring = new SubmissionRing(4);
        for (var round = 0; round < 10; round++)
        {
            var added = Enumerable.Range(0, 4).Select(_ => new Submission<int>((_, _) => 0)).ToList();
            Assert.True(ring.IsEmpty);
            Assert.All(added, submission => Assert.True(ring.TryAdd(submission)));
            Assert.False(ring.TryAdd(new Submission<int>((_, _) => 0)));
            Assert.All(added, submission => Assert.Same(submission, ring.Take()));
            Assert.Null(ring.Take());
        }
    }

    [Fact]
    public void Racing_producers_lose_nothing()
    {
        var (ring, taken) = (new SubmissionRing(64), new HashSet<Submission>());
        const int Each = 20_000;
        var producers = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                var submission = new Submission<int>((_, _) => 0);
                while (!ring.TryAdd(submission))
                    Thread.Yield();
            }
        })).ToList();
        producers.ForEach(producer => producer.Start());
        while (taken.Count < 3 * Each)
        {
            if (ring.Take() is { } submission)
                Assert.True(taken.Add(submission));
            else
                Thread.Yield();
        }

        producers.ForEach(producer => producer.Join());
        Assert.True(ring.IsEmpty);
    }

    [Fact]
    public async Task A_full_ring_refuses_and_everything_that_was_taken_in_is_answered()
    {
        // The clock is read by the writer, so a writer that waits for the clock is a writer that is busy.
        var clock = new HeldClock();
        await using var ledger = new SingleWriterLedger(new LedgerOptions { Clock = clock, MaxWaiting = 4 });
        clock.Hold();
        var writing = Task.Run(async () => await ledger.ExecuteAsync(Deposit(1)));
        clock.WaitUntilHeld();
        var waiting = Enumerable.Range(2, 6).Select(i => ledger.ExecuteAsync(Deposit(i)).AsTask()).ToList();
        Assert.Equal([false, false, false, false, true, true], waiting.Select(task => task.IsCompleted));
        Assert.Equal(LedgerStatus.Overloaded, (await waiting[5]).Status);
        var batch = ledger.TransferAsync(new Transfer[1], new LedgerResult[1], TestContext.Current.CancellationToken);
        Assert.Equal(0, await batch);
        clock.Release();
        Assert.Equal([1, 2, 3, 4, 5], (await Task.WhenAll(waiting[..4].Append(writing))).Select(result => result.Sequence).Order());
        Assert.Equal(6, (await ledger.ExecuteAsync(Deposit(7))).Sequence);

        static LedgerRequest Deposit(int key) => LedgerRequest.Deposit(Requests.Key((ulong)key), 1, Requests.Euros(1));
    }

    /// <summary>A clock whose readers wait while it is held.</summary>
    private sealed class HeldClock : TimeProvider
    {
        private readonly ManualResetEventSlim _free = new(true);
        private readonly ManualResetEventSlim _met = new(false);

        public void Hold() => _free.Reset();

        public void Release() => _free.Set();

        public void WaitUntilHeld() => _met.Wait();

        public override DateTimeOffset GetUtcNow()
        {
            if (!_free.IsSet)
                _met.Set();
            _free.Wait();
            return ManualClock.DefaultStart;
        }
    }
}
