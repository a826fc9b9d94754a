using System.Collections.Concurrent;
using Assay.Reference.Ledger;
using Assay.Reference.PostgreSql.Ledger;
using Assay.Reference.Tests.Ledger;
using Assay.Verify;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Ledger;

public sealed class PostgresLedgerTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly Currency s_euro = Requests.Euro;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Random_requests_are_answered_as_by_the_model_with_the_same_balances(int seed)
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        var clock = new ManualClock();
        await using var ledger = New(schema, clock);
        Assert.Null(await Scenario.FirstDifferenceAsync(ledger, clock, seed, steps: 250));
        Assert.Empty(await LedgerDatabase.ViolationsAsync(shared.Source, schema));
    }

    [Fact]
    public async Task The_events_read_back_build_the_same_ledger_in_memory()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        var clock = new ManualClock();
        await using var ledger = New(schema, clock);
        await Scenario.RunAsync(ledger, clock, seed: 11, steps: 300);
        var events = await Scenario.EventsAsync(ledger);
        await using var replayed = new OrderedLockLedger(new LedgerOptions { Clock = clock }, events);
        Assert.NotEmpty(events);
        foreach (var account in Requests.AllAccounts)
            Assert.Equal(await ledger.FindAccountAsync(account), await replayed.FindAccountAsync(account));
        Assert.Equal(events[7..].Select(e => e.Sequence), (await ledger.ReadEventsAsync(7).ToListAsync()).Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_second_process_continues_where_the_first_stopped()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        var request = LedgerRequest.Deposit(RequestKey.New(), 1, Requests.Euros(30));
        LedgerResult first;
        await using (var ledger = New(schema))
        {
            await ledger.ExecuteAsync(new LedgerRequest.OpenAccount(RequestKey.New(), 1, s_euro, AccountBounds.NotNegative));
            first = await ledger.ExecuteAsync(request);
        }

        await using var next = New(schema);
        await next.ExecuteAsync(LedgerRequest.Withdraw(RequestKey.New(), 1, Requests.Euros(10)));
        Assert.Equal(first, await next.ExecuteAsync(request));
        Assert.Equal(20, (await next.FindAccountAsync(1))!.Value.Balance);
    }

    [Fact]
    public async Task Eight_clients_with_opposite_transfers_lose_nothing_and_never_deadlock()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        // Each its own pump and connection, as eight processes would be.
        var ledgers = Enumerable.Range(0, 8).Select(_ => New(schema)).ToList();
        await OpenAsync(ledgers[0], accounts: 2, balance: 1000);
        var results = new ConcurrentBag<LedgerResult>();
        await Task.WhenAll(ledgers.SelectMany((ledger, i) => Enumerable.Range(0, 50).Select(async _ =>
        {
            var (from, to) = i % 2 == 0 ? (1L, 2L) : (2L, 1L);
            results.Add(await ledger.ExecuteAsync(LedgerRequest.Transfer(RequestKey.New(), from, to, Requests.Euros(7))));
        })));
        var (one, two) = (await ledgers[0].FindAccountAsync(1), await ledgers[0].FindAccountAsync(2));
        await DisposeAllAsync(ledgers);
        Assert.All(results, r => Assert.True(r.Status is LedgerStatus.Done or LedgerStatus.InsufficientFunds, $"{r}"));
        Assert.Equal(2000, one!.Value.Balance + two!.Value.Balance);
        Assert.Equal(400, results.Select(r => r.Sequence).Distinct().Count());
        Assert.Empty(await LedgerDatabase.ViolationsAsync(shared.Source, schema));
    }

    [Fact]
    public async Task One_key_sent_by_all_clients_at_once_takes_effect_once_with_one_answer()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        var ledgers = Enumerable.Range(0, 8).Select(_ => New(schema)).ToList();
        await OpenAsync(ledgers[0], accounts: 1, balance: 0);
        var request = LedgerRequest.Deposit(RequestKey.New(), 1, Requests.Euros(5));
        var other = request with { Postings = [request.Postings[0] with { Amount = Requests.Euros(6) }] };
        var results = await Task.WhenAll(ledgers.SelectMany(l => Enumerable.Range(0, 10).Select(_ => l.ExecuteAsync(request).AsTask())));
        var conflict = await ledgers[3].ExecuteAsync(other);
        var balance = (await ledgers[5].FindAccountAsync(1))!.Value.Balance;
        await DisposeAllAsync(ledgers);
        Assert.Single(results.Distinct());
        Assert.Equal(LedgerStatus.KeyConflict, conflict.Status);
        Assert.Equal(5, balance);
    }

    [Fact]
    public async Task A_full_queue_answers_overloaded_and_the_key_stays_free()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        await using var ledger = new PostgresLedger(shared.Source, new PostgresLedgerOptions { Schema = schema, QueueLimit = 4, MaxBatch = 1 });
        await OpenAsync(ledger, accounts: 1, balance: 0);
        var requests = Enumerable.Range(0, 200).Select(_ => LedgerRequest.Deposit(RequestKey.New(), 1, Requests.Euros(1))).ToList();
        var results = await Task.WhenAll(requests.Select(r => ledger.ExecuteAsync(r).AsTask()));
        var refused = requests.Where((_, i) => results[i].Status == LedgerStatus.Overloaded).ToList();
        Assert.NotEmpty(refused);
        Assert.Equal(LedgerStatus.Done, (await ledger.ExecuteAsync(refused[0])).Status);
        Assert.Equal(200 - refused.Count + 1, (await ledger.FindAccountAsync(1))!.Value.Balance);
    }

    [Fact]
    public async Task A_request_cancelled_before_it_starts_never_starts()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        await using var ledger = New(schema);
        await OpenAsync(ledger, accounts: 1, balance: 0);
        var request = LedgerRequest.Deposit(RequestKey.New(), 1, Requests.Euros(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await ledger.ExecuteAsync(request, new CancellationToken(canceled: true)));
        Assert.Equal(0, (await ledger.FindAccountAsync(1))!.Value.Balance);
    }

    [Fact]
    public async Task What_is_due_happens_by_itself_when_the_clock_gets_there()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        var clock = new ManualClock();
        await using var ledger = New(schema, clock);
        await OpenAsync(ledger, accounts: 2, balance: 10);
        await ledger.ExecuteAsync(new LedgerRequest.Schedule(RequestKey.New(), clock.GetUtcNow().AddHours(1), [new Posting(1, 2, Requests.Euros(4))]));
        await ledger.ExecuteAsync(new LedgerRequest.Reserve(RequestKey.New(), [new Posting(1, 2, Requests.Euros(3))], TimeSpan.FromHours(2)));
        Assert.Equal((10, 3), Held(await ledger.FindAccountAsync(1)));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((6, 3), Held(await ledger.FindAccountAsync(1)));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((6, 0), Held(await ledger.FindAccountAsync(1)));
        Assert.Empty(await LedgerDatabase.ViolationsAsync(shared.Source, schema));

        static (long, long) Held(AccountSnapshot? account) => (account!.Value.Balance, account.Value.ReservedOut);
    }

    [Fact]
    public async Task A_disposed_ledger_says_so()
    {
        var ledger = New(await LedgerDatabase.NewSchemaAsync(shared.Source));
        await ledger.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await ledger.ExecuteAsync(LedgerRequest.Deposit(RequestKey.New(), 1, Requests.Euros(1))));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await ledger.FindAccountAsync(1));
    }

    [Fact]
    public async Task The_view_of_violations_sees_a_balance_that_was_tampered_with()
    {
        var schema = await LedgerDatabase.NewSchemaAsync(shared.Source);
        await using var ledger = New(schema);
        await OpenAsync(ledger, accounts: 2, balance: 10);
        await using var command = shared.Source.CreateCommand($"update {SqlScript.Quoted(schema)}.account set posted = posted + 1 where id = 1");
        await command.ExecuteNonQueryAsync();
        Assert.Equal(2, (await LedgerDatabase.ViolationsAsync(shared.Source, schema)).Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Options_out_of_range_are_refused(int batch, int queue) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PostgresLedger(shared.Source, new PostgresLedgerOptions { MaxBatch = batch, QueueLimit = queue }));

    private PostgresLedger New(string schema, TimeProvider? clock = null) => new(shared.Source, new PostgresLedgerOptions { Schema = schema, Clock = clock });

    internal static async Task OpenAsync(ILedger ledger, int accounts, long balance)
    {
        for (var account = 1; account <= accounts; account++)
        {
            await ledger.ExecuteAsync(new LedgerRequest.OpenAccount(RequestKey.New(), account, s_euro, AccountBounds.NotNegative));
            if (balance > 0)
                await ledger.ExecuteAsync(LedgerRequest.Deposit(RequestKey.New(), account, Requests.Euros(balance)));
        }
    }

    internal static async Task DisposeAllAsync(IEnumerable<ILedger> ledgers)
    {
        foreach (var ledger in ledgers)
            await ledger.DisposeAsync();
    }
}
