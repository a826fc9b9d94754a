using Assay.Reference.Ledger;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>The engine itself, every lock of it under the control of a schedule.</summary>
public sealed class LockOrderTests
{
    private static readonly IReadOnlyList<LedgerEvent> Opened = Events(Requests.Openings());

    [Fact]
    public void Opposite_transfers_cannot_deadlock_in_any_schedule()
    {
        var result = Explore.Run(
            primitives => Transfers(primitives, name => new ControlledGate(primitives, name), (1, 3), (3, 1)),
            new ExploreOptions { Strategy = new DepthFirst(), MaxRuns = 20_000 },
            TestContext.Current.CancellationToken);
        Assert.Null(result.Failure);
        Assert.True(result.IsExhaustive);
    }

    [Fact]
    public void A_cycle_of_three_transfers_cannot_deadlock()
    {
        var result = Explore.Run(
            primitives => Transfers(primitives, name => new ControlledGate(primitives, name), (1, 2), (2, 3), (3, 1)),
            new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2), MaxRuns = 60_000 },
            TestContext.Current.CancellationToken);
        Assert.Null(result.Failure);
        Assert.True(result.IsExhaustive);
    }

    [Fact]
    public void Locks_in_the_order_of_the_request_or_of_colliding_hashes_deadlock()
    {
        Assert.Equal(FailureKind.Deadlock, Found(UnorderedTransfers.AsAsked));
        Assert.Equal(FailureKind.Deadlock, Found(UnorderedTransfers.ByHash));

        static FailureKind? Found(Func<long, long, (long, long)> order) => Explore.Run(
            primitives =>
            {
                var ledger = new UnorderedTransfers(primitives, order);
                var tasks = new[] { primitives.Spawn(() => ledger.Transfer(1, 3)), primitives.Spawn(() => ledger.Transfer(3, 1)) };
                Array.ForEach(tasks, task => task.Join());
            },
            new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2) },
            TestContext.Current.CancellationToken).Failure?.Kind;
    }

    [Fact]
    public void Without_the_locks_of_accounts_an_update_is_lost()
    {
        var result = Explore.Run(
            primitives => Transfers(primitives, Without(primitives, "account"), (1, 3), (1, 2)),
            new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2), MaxRuns = 5_000 },
            TestContext.Current.CancellationToken);
        Assert.NotNull(result.Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("key")]
    public void A_duplicate_in_flight_waits_and_is_answered_the_same(string missing)
    {
        var request = LedgerRequest.Transfer(Requests.Key(1), 1, 3, Requests.Euros(4));
        var result = Race(missing, new ManualClock(), ledger => ledger.Execute(request), ledger => ledger.Execute(request), (one, other, events) =>
            one == other && events == 1);
        Assert.Equal(missing == "key", result.Failure is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("account")]
    public void Posting_and_voiding_a_reservation_has_one_winner(string missing)
    {
        var held = new LedgerRequest.Reserve(Requests.Key(1), [new Posting(1, 3, Requests.Euros(4))], TimeSpan.Zero);
        var result = Race(
            missing,
            new ManualClock(),
            ledger => ledger.Execute(new LedgerRequest.PostReserved(Requests.Key(2), held.Key)),
            ledger => ledger.Execute(new LedgerRequest.VoidReserved(Requests.Key(3), held.Key)),
            (post, release, events) => post.IsDone != release.IsDone && events == 3,
            held);
        Assert.Equal(missing == "account", result.Failure is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("account")]
    public void Cancelling_and_firing_has_one_winner(string missing)
    {
        var due = new LedgerRequest.Schedule(Requests.Key(1), ManualClock.DefaultStart.AddSeconds(1), [new Posting(1, 3, Requests.Euros(4))]);
        var result = Explore.Run(
            primitives =>
            {
                var clock = new ManualClock();
                var ledger = new OrderedLockLedger(new LedgerOptions { Clock = clock }, Opened, Without(primitives, missing));
                ledger.Execute(due);
                var fire = primitives.Spawn(() => clock.Advance(TimeSpan.FromSeconds(1)));
                var cancel = ledger.Execute(new LedgerRequest.CancelScheduled(Requests.Key(2), due.Key));
                fire.Join();
                var hasFired = ledger.Execute(LedgerRequest.Deposit(Requests.Key(3), 1, Requests.Euros(1))).ToBalance == 27;
                Demand(cancel.IsDone != hasFired && (cancel.IsDone || cancel.Status == LedgerStatus.AlreadyFired), $"{cancel}, fired {hasFired}");
            },
            new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2), MaxRuns = 5_000 },
            TestContext.Current.CancellationToken);
        Assert.Equal(missing == "account", result.Failure is not null);
    }

    [Fact]
    public void An_account_that_is_opened_meanwhile_is_found_or_not_in_the_order_of_the_events()
    {
        var result = Race(
            "",
            new ManualClock(),
            ledger => ledger.Execute(new LedgerRequest.OpenAccount(Requests.Key(1), 6, Requests.Euro, AccountBounds.NotNegative)),
            ledger => ledger.Execute(LedgerRequest.Deposit(Requests.Key(2), 6, Requests.Euros(1))),
            (open, deposit, _) => deposit.IsDone == (open.Sequence < deposit.Sequence));
        Assert.Null(result.Failure);
    }

    private static ExploreResult Race(
        string missing,
        ManualClock clock,
        Func<OrderedLockLedger, LedgerResult> first,
        Func<OrderedLockLedger, LedgerResult> second,
        Func<LedgerResult, LedgerResult, long, bool> isRight,
        params LedgerRequest[] before) => Explore.Run(
        primitives =>
        {
            var ledger = new OrderedLockLedger(new LedgerOptions { Clock = clock }, Opened, Without(primitives, missing));
            Array.ForEach(before, request => ledger.Execute(request));
            LedgerResult one = default;
            var task = primitives.Spawn(() => one = first(ledger));
            var other = second(ledger);
            task.Join();
            Demand(isRight(one, other, ledger.Head.Sequence - Opened.Count), $"{one} and {other}");
        },
        new ExploreOptions { Strategy = new DepthFirst(maxPreemptions: 2), MaxRuns = 5_000 },
        TestContext.Current.CancellationToken);

    private static void Transfers(IPrimitives primitives, Func<string, Gate> newGate, params (long From, long To)[] transfers)
    {
        var ledger = new OrderedLockLedger(new LedgerOptions { Clock = new ManualClock() }, Opened, newGate);
        var tasks = transfers.Select((transfer, i) => primitives.Spawn(
            () => ledger.Execute(LedgerRequest.Transfer(Requests.Key((ulong)i + 1), transfer.From, transfer.To, Requests.Euros(5))))).ToList();
        tasks.ForEach(task => task.Join());
        Demand(ledger.Head.Sequence == Opened.Count + transfers.Length, "an event is missing");
    }

    private static Func<string, Gate> Without(IPrimitives primitives, string missing) =>
        name => name == missing ? new MissingGate(primitives) : new ControlledGate(primitives, name);

    private static List<LedgerEvent> Events(IEnumerable<LedgerRequest> requests)
    {
        var ledger = new OrderedLockLedger(new LedgerOptions { Clock = new ManualClock() });
        foreach (var request in requests)
            ledger.Execute(request);
        return ledger.ReadEventsAsync().ToBlockingEnumerable().ToList();
    }

    private static void Demand(bool condition, string what)
    {
        if (!condition)
            throw new InvalidOperationException(what);
    }

    private sealed class ControlledGate(IPrimitives primitives, string name) : Gate
    {
        private readonly ILock _lock = primitives.NewLock(name);

        public override void Enter() => _lock.Enter();

        public override void Exit() => _lock.Exit();
    }
}
