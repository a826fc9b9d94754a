using System.Collections.Concurrent;
using Assay.Reference.Ledger;
using Assay.Reference.PostgreSql.Ledger;
using Assay.Reference.Tests.Ledger;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Ledger;

/// <summary>The server or the way to it is lost at the worst moments; afterwards sums, entries and versions agree, and each key counts once.</summary>
public sealed class LostServerTests
{
    [Fact]
    public async Task A_server_that_is_killed_under_load_and_started_again_has_lost_and_doubled_nothing()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await PostgresLedger.CreateSchemaAsync(source, "ledger", TestContext.Current.CancellationToken);
        await using var ledger = new PostgresLedger(source, new PostgresLedgerOptions { Schema = "ledger", MaxBatch = 16, RetryFor = TimeSpan.FromMinutes(2) });
        await PostgresLedgerTests.OpenAsync(ledger, accounts: 4, balance: 1000);
        var answered = new ConcurrentDictionary<RequestKey, LedgerResult>();
        var requests = Enumerable.Range(0, 600)
            .Select(i => LedgerRequest.Transfer(RequestKey.New(), 1 + i % 4, 1 + (i + 1) % 4, Requests.Euros(1 + i % 5)))
            .ToList();
        var isHalfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(async client =>
        {
            for (var i = client; i < requests.Count; i += 8)
            {
                answered[requests[i].Key] = await ledger.ExecuteAsync(requests[i]);
                if (answered.Count > 150)
                    isHalfway.TrySetResult();
            }
        }));
        await isHalfway.Task;
        await server.KillAsync();
        await server.UpAsync();
        await load;

        Assert.Equal(requests.Count, answered.Count);
        Assert.Empty(await LedgerDatabase.ViolationsAsync(source, "ledger"));
        foreach (var request in requests)
            Assert.Equal(answered[request.Key], await ledger.ExecuteAsync(request));
        // Four openings, four deposits, and each request once.
        Assert.Equal([$"{requests.Count + 8}"], await LedgerDatabase.QueryAsync(source, "select count(*)::text from ledger.event"));
    }

    [Fact]
    public async Task A_connection_that_breaks_at_each_point_of_the_talk_in_turn_changes_nothing()
    {
        await using var server = await SharedServer.StartAsync();
        await using var direct = server.Connect();
        await PostgresLedger.CreateSchemaAsync(direct, "ledger", TestContext.Current.CancellationToken);
        using var proxy = new BreakingProxy(server.Port);
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Port = proxy.Port, Pooling = true };
        await using var source = NpgsqlDataSource.Create(connection);
        await using var ledger = new PostgresLedger(source, new PostgresLedgerOptions { Schema = "ledger", RetryFor = TimeSpan.FromMinutes(1), FirstRetryDelay = TimeSpan.FromMilliseconds(1) });
        await PostgresLedgerTests.OpenAsync(ledger, accounts: 2, balance: 10_000);
        var answers = new List<(LedgerRequest Request, LedgerResult Result)>();
        // The break comes one chunk later each time, first on the way to the server and then on the way back, from the first byte of
        // a new connection to the answer of the commit, until a talk is over before its break.
        foreach (var isAnswer in (bool[])[false, true])
        {
            for (var (chunks, breaks) = (0, -1); breaks != proxy.Breaks; chunks++)
            {
                breaks = proxy.Breaks;
                NpgsqlConnection.ClearAllPools();
                proxy.BreakAfter(chunks, isAnswer);
                var request = LedgerRequest.Transfer(RequestKey.New(), 1, 2, Requests.Euros(1 + chunks));
                answers.Add((request, await ledger.ExecuteAsync(request)));
            }
        }

        proxy.BreakAfter(int.MaxValue, isAnswer: false);
        Assert.True(proxy.Breaks >= 12, $"{proxy.Breaks} breaks in {answers.Count} talks");
        Assert.Empty(await LedgerDatabase.ViolationsAsync(direct, "ledger"));
        Assert.Equal(10_000 - answers.Sum(a => ((LedgerRequest.Post)a.Request).Postings[0].Amount.MinorUnits), (await ledger.FindAccountAsync(1))!.Value.Balance);
        foreach (var (request, result) in answers)
            Assert.Equal(result, await ledger.ExecuteAsync(request));
    }

    [Fact]
    public async Task Reads_go_on_over_a_connection_that_breaks_at_each_point_of_the_talk_in_turn()
    {
        await using var server = await SharedServer.StartAsync();
        await using var direct = server.Connect();
        await PostgresLedger.CreateSchemaAsync(direct, "ledger", TestContext.Current.CancellationToken);
        using var proxy = new BreakingProxy(server.Port);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Port = proxy.Port });
        await using var ledger = new PostgresLedger(source, new PostgresLedgerOptions { Schema = "ledger", RetryFor = TimeSpan.FromMinutes(1), FirstRetryDelay = TimeSpan.FromMilliseconds(1) });
        await PostgresLedgerTests.OpenAsync(ledger, accounts: 2, balance: 7);
        foreach (var isAnswer in (bool[])[false, true])
        {
            for (var (chunks, breaks) = (0, -1); breaks != proxy.Breaks; chunks++)
            {
                breaks = proxy.Breaks;
                NpgsqlConnection.ClearAllPools();
                proxy.BreakAfter(chunks, isAnswer);
                Assert.Equal(7, (await ledger.FindAccountAsync(1))!.Value.Balance);
                Assert.Equal([1L, 2, 3, 4], (await ledger.ReadEventsAsync().ToListAsync()).Select(e => e.Sequence));
            }
        }

        Assert.True(proxy.Breaks >= 12, $"{proxy.Breaks} breaks");
    }

    [Fact]
    public async Task A_server_that_stays_away_makes_the_outcome_unknown_and_a_repetition_tells()
    {
        await using var server = await SharedServer.StartAsync();
        await using var source = server.Connect();
        await PostgresLedger.CreateSchemaAsync(source, "ledger", TestContext.Current.CancellationToken);
        await using var ledger = new PostgresLedger(source, new PostgresLedgerOptions { Schema = "ledger", RetryFor = TimeSpan.Zero });
        await PostgresLedgerTests.OpenAsync(ledger, accounts: 1, balance: 10);
        await server.KillAsync();
        var request = LedgerRequest.Withdraw(RequestKey.New(), 1, Requests.Euros(4));
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ExecuteAsync(request));
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.FindAccountAsync(1));
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ReadEventsAsync().ToListAsync());
        await server.UpAsync();
        NpgsqlConnection.ClearAllPools();
        Assert.Equal(LedgerStatus.Done, (await ledger.ExecuteAsync(request)).Status);
        Assert.Equal(6, (await ledger.FindAccountAsync(1))!.Value.Balance);
    }
}
