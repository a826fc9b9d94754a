#pragma warning disable xUnit1051 // Nothing here is cancelled: what a token does has its own tests.
using System.Collections.Immutable;
using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>The hard cases of requests, one by one, on every engine. Accounts 1 and 2 begin with 100 and 0.</summary>
public sealed class RequestTests
{
    private readonly ManualClock _clock = new();
    private ulong _lastKey = 5000;

    public static TheoryData<string> Engines => AllLedgers.Names;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_same_key_with_another_payload_is_a_conflict_and_writes_nothing(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        var first = LedgerRequest.Transfer(Requests.Key(1), 1, 2, Requests.Euros(10));
        var result = await ledger.ExecuteAsync(first);
        var before = AllLedgers.HeadOf(ledger);
        foreach (var other in new LedgerRequest[]
        {
            LedgerRequest.Transfer(first.Key, 1, 2, Requests.Euros(11)),
            LedgerRequest.Transfer(first.Key, 2, 1, Requests.Euros(10)),
            LedgerRequest.Transfer(first.Key, 1, 2, Requests.Euros(-1)),
            new LedgerRequest.Post(first.Key, [first.Postings[0], first.Postings[0]]),
            new LedgerRequest.Reserve(first.Key, first.Postings, TimeSpan.Zero),
            new LedgerRequest.VoidReserved(first.Key, first.Key),
        })
        {
            Assert.Equal(LedgerResult.Unrecorded(LedgerStatus.KeyConflict), await ledger.ExecuteAsync(other));
        }

        Assert.Equal(before, AllLedgers.HeadOf(ledger));
        Assert.Equal(result, await ledger.ExecuteAsync(first));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_repetition_is_answered_what_was_answered_then(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        var (refused, done) = (LedgerRequest.Withdraw(Requests.Key(1), 1, Requests.Euros(500)), LedgerRequest.Withdraw(Requests.Key(2), 1, Requests.Euros(5)));
        var (refusal, success) = (await ledger.ExecuteAsync(refused), await ledger.ExecuteAsync(done));
        Assert.Equal((LedgerStatus.InsufficientFunds, 95), (refusal.Status, success.FromBalance));
        await DoAsync(ledger, LedgerRequest.Deposit(NextKey(), 1, Requests.Euros(1000)));
        await DoAsync(ledger, new LedgerRequest.Reverse(NextKey(), done.Key));
        Assert.Equal((refusal, success), (await ledger.ExecuteAsync(refused), await ledger.ExecuteAsync(done)));
        Assert.Equal(1100, await BalanceAsync(ledger, 1));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_malformed_request_leaves_its_key_free(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        Assert.Equal(LedgerStatus.InvalidAmount, (await ledger.ExecuteAsync(LedgerRequest.Transfer(Requests.Key(1), 1, 2, Requests.Euros(0)))).Status);
        Assert.Equal(LedgerStatus.SameAccount, (await ledger.ExecuteAsync(LedgerRequest.Transfer(Requests.Key(1), 1, 1, Requests.Euros(1)))).Status);
        await DoAsync(ledger, LedgerRequest.Transfer(Requests.Key(1), 1, 2, Requests.Euros(1)));
        Assert.Equal(LedgerStatus.InvalidKey, (await ledger.ExecuteAsync(LedgerRequest.Transfer(default, 1, 2, Requests.Euros(1)))).Status);
    }

    [Fact]
    public void Equal_requests_have_equal_hashes_however_they_are_put()
    {
        var due = new DateTimeOffset(2026, 3, 29, 12, 0, 0, TimeSpan.Zero);
        var postings = ImmutableArray.Create(new Posting(1, 2, Requests.Euros(1)), new Posting(2, 1, Requests.Euros(2)));
        var (one, other) = (new LedgerRequest.Schedule(Requests.Key(1), due, postings), new LedgerRequest.Schedule(Requests.Key(2), due.ToOffset(TimeSpan.FromHours(9)), [.. postings]));
        Assert.Equal(one.PayloadHash, other.PayloadHash);
        Assert.Equal(new LedgerRequest.Reverse(Requests.Key(1), Requests.Key(3)).PayloadHash, new LedgerRequest.Reverse(Requests.Key(1), Requests.Key(3), []).PayloadHash);
        // Positions count: amounts of a reversal refer to them.
        Assert.NotEqual(one.PayloadHash, (one with { Postings = [postings[1], postings[0]] }).PayloadHash);
        Assert.NotEqual(one.PayloadHash, new LedgerRequest.Post(Requests.Key(1), postings).PayloadHash);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reservation_counts_against_what_is_available_until_it_is_settled(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        var held = new LedgerRequest.Reserve(Requests.Key(1), [new Posting(1, 2, Requests.Euros(70))], TimeSpan.Zero);
        await DoAsync(ledger, held);
        Assert.Equal((100, 70, 30), await AvailableAsync(ledger));
        await RefusedAsync(ledger, LedgerStatus.InsufficientFunds, LedgerRequest.Withdraw(NextKey(), 1, Requests.Euros(31)));
        await RefusedAsync(ledger, LedgerStatus.ExceedsTarget, new LedgerRequest.PostReserved(NextKey(), held.Key, [71]));
        await RefusedAsync(ledger, LedgerStatus.LegMismatch, new LedgerRequest.PostReserved(NextKey(), held.Key, [1, 1]));
        await DoAsync(ledger, new LedgerRequest.PostReserved(NextKey(), held.Key, [50]));
        Assert.Equal((50, 0, 50), await AvailableAsync(ledger));
        await RefusedAsync(ledger, LedgerStatus.AlreadyPosted, new LedgerRequest.VoidReserved(NextKey(), held.Key));
        await RefusedAsync(ledger, LedgerStatus.WrongTarget, new LedgerRequest.Reverse(NextKey(), held.Key));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reservation_has_expired_at_its_last_tick_and_not_one_before(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        var held = new LedgerRequest.Reserve(Requests.Key(1), [new Posting(1, 2, Requests.Euros(70))], TimeSpan.FromTicks(100));
        var other = held with { Key = Requests.Key(2), Postings = [new Posting(1, 2, Requests.Euros(7))] };
        await DoAsync(ledger, held);
        await DoAsync(ledger, other);
        _clock.Advance(TimeSpan.FromTicks(99));
        await DoAsync(ledger, new LedgerRequest.PostReserved(NextKey(), other.Key));
        _clock.Advance(TimeSpan.FromTicks(1));
        await RefusedAsync(ledger, LedgerStatus.ReservationExpired, new LedgerRequest.PostReserved(NextKey(), held.Key));
        Assert.Equal((93, 0, 93), await AvailableAsync(ledger));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Reversals_are_bounded_by_the_original_and_are_not_reversed(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        var original = new LedgerRequest.Post(Requests.Key(1), [new Posting(1, 2, Requests.Euros(10)), new Posting(1, 2, Requests.Euros(5))]);
        await DoAsync(ledger, original);
        var part = new LedgerRequest.Reverse(Requests.Key(2), original.Key, [4, 0]);
        await DoAsync(ledger, part);
        Assert.Equal(89, await BalanceAsync(ledger, 1));
        await RefusedAsync(ledger, LedgerStatus.ExceedsTarget, new LedgerRequest.Reverse(NextKey(), original.Key, [11, 0]));
        await RefusedAsync(ledger, LedgerStatus.AlreadyReversed, new LedgerRequest.Reverse(NextKey(), original.Key, [7, 0]));
        await RefusedAsync(ledger, LedgerStatus.TargetIsReversal, new LedgerRequest.Reverse(NextKey(), part.Key));
        await DoAsync(ledger, new LedgerRequest.Reverse(NextKey(), original.Key));
        Assert.Equal((100, 0), (await BalanceAsync(ledger, 1), await BalanceAsync(ledger, 2)));
        await RefusedAsync(ledger, LedgerStatus.AlreadyReversed, new LedgerRequest.Reverse(NextKey(), original.Key));
        await RefusedAsync(ledger, LedgerStatus.TargetNotFound, new LedgerRequest.Reverse(NextKey(), Requests.Key(999)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reversal_needs_the_funds_and_the_accounts(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        var original = LedgerRequest.Transfer(Requests.Key(1), 1, 2, Requests.Euros(10));
        await DoAsync(ledger, original);
        await DoAsync(ledger, LedgerRequest.Withdraw(NextKey(), 2, Requests.Euros(10)));
        await RefusedAsync(ledger, LedgerStatus.InsufficientFunds, new LedgerRequest.Reverse(NextKey(), original.Key));
        await DoAsync(ledger, new LedgerRequest.CloseAccount(NextKey(), 2));
        await RefusedAsync(ledger, LedgerStatus.AccountClosed, new LedgerRequest.Reverse(NextKey(), original.Key));
        await RefusedAsync(ledger, LedgerStatus.AccountClosed, LedgerRequest.Deposit(NextKey(), 2, Requests.Euros(1)));
        await RefusedAsync(ledger, LedgerStatus.AccountNotEmpty, new LedgerRequest.CloseAccount(NextKey(), 1));
        await RefusedAsync(ledger, LedgerStatus.AccountExists, new LedgerRequest.OpenAccount(NextKey(), 2, Requests.Euro, AccountBounds.NotNegative));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_is_scheduled_fires_once_in_the_order_of_instants_and_then_of_requests(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        var start = _clock.GetUtcNow();
        // Only 100 are there: the order decides who gets them.
        await DoAsync(ledger, Later(1, start.AddDays(2), 60));
        await DoAsync(ledger, Later(2, start.AddDays(1), 30));
        await DoAsync(ledger, Later(3, start.AddDays(2), 20));
        await DoAsync(ledger, Later(4, start.AddDays(2), 10));
        _clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.Equal(100, await BalanceAsync(ledger, 1));
        // The clock jumps over all of them; the timer need not have rung.
        _clock.SetUtcNow(start.AddDays(30));
        Assert.Equal(0, await BalanceAsync(ledger, 1));
        var fired = (await Scenario.EventsAsync(ledger)).Where(recorded => recorded.Cause == EventCause.Due).ToList();
        Assert.Equal([2UL, 1, 3, 4], fired.Select(recorded => (ulong)recorded.Request.Key.Value));
        Assert.Equal([LedgerStatus.Done, LedgerStatus.Done, LedgerStatus.InsufficientFunds, LedgerStatus.Done], fired.Select(recorded => recorded.Status));
        // Refused is final: money that comes later changes nothing, and there is nothing to reverse.
        await DoAsync(ledger, LedgerRequest.Deposit(NextKey(), 1, Requests.Euros(50)));
        _clock.Advance(TimeSpan.FromDays(9));
        Assert.Equal(50, await BalanceAsync(ledger, 1));
        await RefusedAsync(ledger, LedgerStatus.WrongTarget, new LedgerRequest.Reverse(NextKey(), Requests.Key(3)));
        await DoAsync(ledger, new LedgerRequest.Reverse(NextKey(), Requests.Key(1)));
        Assert.Equal(110, await BalanceAsync(ledger, 1));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Timers_fire_what_is_due_without_traffic(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        await DoAsync(ledger, Later(1, _clock.GetUtcNow().AddTicks(12_345), 60));
        await DoAsync(ledger, new LedgerRequest.Reserve(Requests.Key(2), [new Posting(1, 2, Requests.Euros(1))], TimeSpan.FromDays(3)));
        var before = AllLedgers.HeadOf(ledger).Sequence;
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(before + 1, AllLedgers.HeadOf(ledger).Sequence);
        _clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(before + 2, AllLedgers.HeadOf(ledger).Sequence);
        Assert.Empty(_clock.PendingTimers);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_is_cancelled_in_time_does_not_fire(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        await DoAsync(ledger, Later(1, _clock.GetUtcNow().AddHours(1), 60));
        await DoAsync(ledger, Later(2, _clock.GetUtcNow().AddHours(1), 5));
        await DoAsync(ledger, new LedgerRequest.CancelScheduled(NextKey(), Requests.Key(1)));
        await RefusedAsync(ledger, LedgerStatus.AlreadyCancelled, new LedgerRequest.CancelScheduled(NextKey(), Requests.Key(1)));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(95, await BalanceAsync(ledger, 1));
        await RefusedAsync(ledger, LedgerStatus.AlreadyFired, new LedgerRequest.CancelScheduled(NextKey(), Requests.Key(2)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Nothing_overflows_at_the_largest_amounts(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        await RefusedAsync(ledger, LedgerStatus.InsufficientFunds, LedgerRequest.Deposit(NextKey(), 2, Requests.Euros(Money.Max)));
        await DoAsync(ledger, LedgerRequest.Deposit(NextKey(), 2, Requests.Euros(Money.Max - 100)));
        await RefusedAsync(ledger, LedgerStatus.ExceedsMaximum, LedgerRequest.Transfer(NextKey(), 3, 2, Requests.Euros(101)));
        await DoAsync(ledger, LedgerRequest.Transfer(NextKey(), 3, 2, Requests.Euros(100)));
        Assert.Equal(Money.Max, await BalanceAsync(ledger, 2));
        foreach (var amount in new[] { long.MaxValue, Money.Max + 1, long.MinValue, -1, 0 })
            Assert.Equal(LedgerStatus.InvalidAmount, (await ledger.ExecuteAsync(LedgerRequest.Deposit(NextKey(), 1, Requests.Euros(amount)))).Status);
        var twice = new LedgerRequest.Post(NextKey(), [new Posting(1, 2, Requests.Euros(Money.Max)), new Posting(2, 1, Requests.Euros(Money.Max))]);
        Assert.Equal(LedgerStatus.InvalidAmount, (await ledger.ExecuteAsync(twice)).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_full_ledger_answers_so_and_still_does_what_is_due(string engine)
    {
        await using var ledger = AllLedgers.Create(engine, _clock, maxEvents: 7);
        foreach (var request in Requests.Openings())
            await DoAsync(ledger, request);
        await DoAsync(ledger, new LedgerRequest.Reserve(Requests.Key(1), [new Posting(1, 3, Requests.Euros(5))], TimeSpan.FromHours(1)));
        await DoAsync(ledger, Later(2, _clock.GetUtcNow().AddHours(2), 1, to: 3));
        for (var i = 0; i < 50; i++)
            Assert.Equal(LedgerResult.Unrecorded(LedgerStatus.LogFull), await ledger.ExecuteAsync(LedgerRequest.Deposit(NextKey(), 1, Requests.Euros(1))));
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(29, await BalanceAsync(ledger, 1));
        Assert.Equal(9, AllLedgers.HeadOf(ledger).Sequence);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Misuse_is_an_exception_and_a_cancelled_token_starts_nothing(string engine)
    {
        var ledger = await OpenedAsync(engine);
        var head = AllLedgers.HeadOf(ledger);
        var request = LedgerRequest.Deposit(Requests.Key(1), 1, Requests.Euros(1));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await ledger.ExecuteAsync(null!));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await ledger.ExecuteAsync(request, new CancellationToken(true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ReadEventsAsync(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AllLedgers.Create(engine, _clock, maxEvents: 0));
        Assert.Equal(head, AllLedgers.HeadOf(ledger));
        await ledger.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await ledger.ExecuteAsync(request));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await ledger.FindAccountAsync(1));
        _clock.Advance(TimeSpan.FromDays(1));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Events_are_read_from_any_number_on(string engine)
    {
        await using var ledger = await OpenedAsync(engine);
        for (var i = 0; i < 600; i++)
            await DoAsync(ledger, LedgerRequest.Transfer(NextKey(), i % 2 == 0 ? 1 : 2, i % 2 == 0 ? 2 : 1, Requests.Euros(1)));
        var last = AllLedgers.HeadOf(ledger).Sequence;
        foreach (var after in new[] { 0, 1, 255, 256, 257, last - 1, last, last + 5 })
        {
            var read = await ledger.ReadEventsAsync(after).Select(recorded => recorded.Sequence).ToListAsync();
            Assert.Equal(Enumerable.Range(1, (int)last).Select(i => (long)i).Skip((int)after), read);
        }
    }

    private static LedgerRequest.Schedule Later(ulong key, DateTimeOffset at, long amount, long to = 2) =>
        new(Requests.Key(key), at, [new Posting(1, to, Requests.Euros(amount))]);

    private static async Task DoAsync(ILedger ledger, LedgerRequest request) => await RefusedAsync(ledger, LedgerStatus.Done, request);

    private static async Task RefusedAsync(ILedger ledger, LedgerStatus status, LedgerRequest request) =>
        Assert.Equal(status, (await ledger.ExecuteAsync(request)).Status);

    private static async Task<long> BalanceAsync(ILedger ledger, long account) => (await ledger.FindAccountAsync(account))!.Value.Balance;

    private static async Task<(long Balance, long Reserved, long Available)> AvailableAsync(ILedger ledger)
    {
        var account = (await ledger.FindAccountAsync(1))!.Value;
        return (account.Balance, account.ReservedOut, account.Available);
    }

    private RequestKey NextKey() => Requests.Key(_lastKey++);

    private async Task<ILedger> OpenedAsync(string engine)
    {
        var ledger = AllLedgers.Create(engine, _clock);
        await DoAsync(ledger, new LedgerRequest.OpenAccount(NextKey(), 1, Requests.Euro, AccountBounds.NotNegative));
        await DoAsync(ledger, new LedgerRequest.OpenAccount(NextKey(), 2, Requests.Euro, AccountBounds.NotNegative));
        await DoAsync(ledger, new LedgerRequest.OpenAccount(NextKey(), 3, Requests.Euro, AccountBounds.Unbounded));
        await DoAsync(ledger, LedgerRequest.Deposit(NextKey(), 1, Requests.Euros(100)));
        return ledger;
    }
}
