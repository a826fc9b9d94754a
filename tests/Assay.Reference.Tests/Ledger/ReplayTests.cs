#pragma warning disable xUnit1051 // Nothing here is cancelled: what a token does has its own tests.
using System.Buffers;
using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>The events are the ledger: whoever has them has its balances, its answers and what is still open.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Engines => AllLedgers.Names;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_ledger_made_from_events_goes_on_like_the_one_that_made_them(string engine)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var clock = new ManualClock();
            await using var ledger = AllLedgers.Create(engine, clock);
            await Scenario.RunAsync(ledger, clock, seed, 150);
            await using var again = AllLedgers.Create(engine, clock, await Scenario.EventsAsync(ledger));
            Assert.Equal(AllLedgers.HeadOf(ledger), AllLedgers.HeadOf(again));
            // Old keys and new ones, and time for what was open.
            var requests = new Requests(new Random(seed));
            for (var i = 0; i < 300; i++)
            {
                clock.Advance(TimeSpan.FromTicks(3));
                var request = requests.Next();
                Assert.Equal(await ledger.ExecuteAsync(request), await again.ExecuteAsync(request));
            }

            foreach (var account in Requests.AllAccounts)
                Assert.Equal(await ledger.FindAccountAsync(account), await again.FindAccountAsync(account));
            Assert.Equal(AllLedgers.HeadOf(ledger), AllLedgers.HeadOf(again));
        }
    }

    [Fact]
    public async Task All_engines_record_the_same_events()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var heads = new List<ChainHead>();
            List<LedgerEvent>? first = null;
            foreach (var engine in AllLedgers.Names)
            {
                var clock = new ManualClock();
                await using var ledger = AllLedgers.Create(engine.Data, clock);
                await Scenario.RunAsync(ledger, clock, seed, 200);
                heads.Add(await HashChain.HeadOfAsync(ledger.ReadEventsAsync(), TestContext.Current.CancellationToken));
                Assert.Equal(heads[^1], AllLedgers.HeadOf(ledger));
                first ??= await Scenario.EventsAsync(ledger);
                Assert.Equal(first.Select(Bytes), (await Scenario.EventsAsync(ledger)).Select(Bytes));
            }

            Assert.Single(heads.Distinct());
        }
    }

    [Fact]
    public async Task The_audit_accepts_every_run_and_sums_each_currency_to_zero()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var audit = new LedgerAudit();
            foreach (var recorded in await EventsAsync(seed))
            {
                var finding = audit.Add(recorded);
                Assert.True(finding is null, $"seed {seed}, {finding}");
                Assert.Equal((0, 0), (audit.TotalOf(Requests.Euro), audit.TotalOf(Requests.Yen)));
            }
        }
    }

    [Fact]
    public async Task Events_that_contradict_each_other_are_refused_by_audit_replay_and_chain()
    {
        var events = await EventsAsync(seed: 3);
        var head = await HeadAsync(events);
        var posted = events.FindIndex(recorded => recorded.Legs.Length > 0);
        var (first, second) = (events[posted], events[posted + 1]);
        var lie = first with { Legs = [first.Legs[0] with { ToBalance = first.Legs[0].ToBalance + 1 }] };
        var skipped = first with { Legs = [first.Legs[0] with { ToVersion = first.Legs[0].ToVersion + 1 }] };
        Refused([.. events[..posted], lie, .. events[(posted + 1)..]]);
        Refused([.. events[..posted], skipped, .. events[(posted + 1)..]]);
        Refused([.. events[..posted], .. events[(posted + 1)..]]);
        Refused([.. events[..posted], second, first, .. events[(posted + 2)..]]);
        Refused([.. events, events[^1] with { Sequence = events.Count + 1, Cause = EventCause.Request }]);

        void Refused(List<LedgerEvent> changed)
        {
            var audit = new LedgerAudit();
            Assert.Contains(changed, recorded => audit.Add(recorded) is not null);
            Assert.Throws<LedgerCorruptException>(() => new OrderedLockLedger(new LedgerOptions(), changed));
            Assert.Throws<LedgerCorruptException>(() => new SingleWriterLedger(new LedgerOptions(), changed));
            Assert.NotEqual(head, HeadOrNull(changed));
        }
    }

    [Fact]
    public async Task One_changed_bit_of_any_event_is_an_error_or_another_chain()
    {
        var events = await EventsAsync(seed: 5);
        foreach (var recorded in events.Take(60))
        {
            var bytes = new ArrayBufferWriter<byte>();
            EventCodec.Write(bytes, recorded);
            Assert.Equal(Bytes(recorded), Bytes(EventCodec.Read(bytes.WrittenSpan)));
            var changed = bytes.WrittenSpan.ToArray();
            for (var bit = 0; bit < changed.Length * 8; bit++)
            {
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                if (Decoded(changed) is { } other)
                    Assert.NotEqual(Bytes(recorded), Bytes(other));
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void The_audit_names_what_its_definitions_forbid()
    {
        var at = ManualClock.DefaultStart;
        var open = new LedgerRequest.OpenAccount(Requests.Key(1), 1, Requests.Euro, AccountBounds.NotNegative);
        var reserve = new LedgerRequest.Reserve(Requests.Key(2), [new Posting(Posting.External(Requests.Euro), 1, Requests.Euros(5))], TimeSpan.FromTicks(9));
        Assert.Contains("not due", Finding(Of(reserve) with { Sequence = 3, Cause = EventCause.Timeout, At = at.AddTicks(8) }), StringComparison.Ordinal);
        Assert.Contains("was over", Finding(Of(new LedgerRequest.VoidReserved(Requests.Key(3), reserve.Key)) with { Sequence = 3, At = at.AddTicks(9) }), StringComparison.Ordinal);
        Assert.Contains("before", Finding(Of(open) with { Sequence = 3 }), StringComparison.Ordinal);
        Assert.Contains("instant", Finding(Of(open) with { Sequence = 3, At = at.AddTicks(-1) }), StringComparison.Ordinal);
        var overdraft = LedgerRequest.Withdraw(Requests.Key(3), 1, Requests.Euros(1));
        Assert.Contains("bounds", Finding(Of(overdraft) with { Sequence = 3, Legs = [new Leg(0, overdraft.Postings[0], -1, 1, 1, 1)] }), StringComparison.Ordinal);
        Assert.Contains("refusal", Finding(Of(overdraft) with { Sequence = 3, Status = LedgerStatus.InsufficientFunds, Legs = [new Leg(0, overdraft.Postings[0], -1, 1, 1, 1)] }), StringComparison.Ordinal);
        var more = new Leg(0, reserve.Postings[0] with { Amount = Requests.Euros(6) }, -6, 1, 6, 1);
        Assert.Contains("more was posted", Finding(Of(new LedgerRequest.PostReserved(Requests.Key(3), reserve.Key)) with { Sequence = 3, Legs = [more] }), StringComparison.Ordinal);

        LedgerEvent Of(LedgerRequest request) => new(0, at, EventCause.Request, request, LedgerStatus.Done, []);
        string Finding(LedgerEvent last)
        {
            var audit = new LedgerAudit();
            Assert.Null(audit.Add(Of(open) with { Sequence = 1 }));
            Assert.Null(audit.Add(Of(reserve) with { Sequence = 2 }));
            return audit.Add(last) ?? "";
        }
    }

    [Fact]
    public void A_run_over_a_long_time_keeps_its_order_when_the_clock_goes_back()
    {
        var clock = new ManualClock();
        var ledger = new OrderedLockLedger(new LedgerOptions { Clock = clock });
        foreach (var request in Requests.Openings())
            ledger.Execute(request);
        ledger.Execute(new LedgerRequest.Reserve(Requests.Key(1), [new Posting(1, 3, Requests.Euros(5))], TimeSpan.FromHours(1)));
        clock.SetUtcNow(clock.GetUtcNow().AddDays(-2));
        ledger.Execute(LedgerRequest.Deposit(Requests.Key(2), 1, Requests.Euros(5)));
        Assert.Equal(LedgerStatus.Done, ledger.Execute(new LedgerRequest.VoidReserved(Requests.Key(3), Requests.Key(1))).Status);
        var audit = new LedgerAudit();
        Assert.All(ledger.ReadEventsAsync().ToBlockingEnumerable(), recorded => Assert.Null(audit.Add(recorded)));
    }

    private static async Task<List<LedgerEvent>> EventsAsync(int seed)
    {
        var clock = new ManualClock();
        await using var ledger = new OrderedLockLedger(new LedgerOptions { Clock = clock });
        await Scenario.RunAsync(ledger, clock, seed, 300);
        return await Scenario.EventsAsync(ledger);
    }

    private static ChainHead? HeadOrNull(List<LedgerEvent> events)
    {
        var chain = new HashChain();
        try
        {
            events.ForEach(chain.Add);
            return chain.Head;
        }
        catch (LedgerCorruptException)
        {
            return null;
        }
    }

    private static ValueTask<ChainHead> HeadAsync(List<LedgerEvent> events) => HashChain.HeadOfAsync(events.ToAsyncEnumerable());

    private static LedgerEvent? Decoded(byte[] bytes)
    {
        try
        {
            return EventCodec.Read(bytes);
        }
        catch (LedgerCorruptException)
        {
            return null;
        }
    }

    private static string Bytes(LedgerEvent recorded)
    {
        var bytes = new ArrayBufferWriter<byte>();
        EventCodec.Write(bytes, recorded);
        return Convert.ToHexString(bytes.WrittenSpan);
    }
}
