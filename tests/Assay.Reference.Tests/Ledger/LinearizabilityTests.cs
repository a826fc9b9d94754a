#pragma warning disable xUnit1051 // Nothing here is cancelled: what a token does has its own tests.
using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Requests of several real threads take effect one at a time, in the order of the events' numbers.</summary>
public sealed class LinearizabilityTests
{
    public static TheoryData<string> Engines => AllLedgers.Names;

    [Theory]
    [MemberData(nameof(Engines))]
    public void Recorded_histories_of_real_threads_are_linearizable(string engine)
    {
        var result = Stress.Run(
            ConcurrentCalls.Model,
            () => ConcurrentCalls.Opened(engine),
            (random, _) => ConcurrentCalls.Draw(random),
            ConcurrentCalls.Make,
            new StressOptions { Rounds = 400, Threads = 3, CallsPerThread = 5, Seed = 4 },
            TestContext.Current.CancellationToken);
        Assert.False(result.HasFailed, result.ToString());
        Assert.Equal(0, result.UndecidedRounds);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task One_key_from_many_threads_happens_once_and_answers_all_alike(string engine)
    {
        await using var ledger = ConcurrentCalls.Opened(engine);
        var request = LedgerRequest.Deposit(Requests.Key(9), 1, Requests.Euros(5));
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await ledger.ExecuteAsync(request))));
        Assert.Single(answers.Distinct());
        Assert.Equal(35, (await ledger.FindAccountAsync(1))!.Value.Balance);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Money_is_conserved_under_load_and_the_events_stand_an_audit(string engine)
    {
        await using var ledger = ConcurrentCalls.Opened(engine);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(lane => Task.Run(async () =>
        {
            var random = new Random(lane);
            for (var i = 0; i < 800; i++)
            {
                var key = Requests.Key((ulong)(10_000 * (lane + 1) + i));
                await ledger.ExecuteAsync(LedgerRequest.Transfer(key, random.Next(1, 4), random.Next(1, 4), Requests.Euros(random.Next(1, 9))));
            }
        })));
        var audit = new LedgerAudit();
        var events = await Scenario.EventsAsync(ledger);
        Assert.All(events, recorded => Assert.Null(audit.Add(recorded)));
        Assert.Equal(0, audit.TotalOf(Requests.Euro));
        foreach (var account in new long[] { 1, 2, 3 })
            Assert.Equal(audit.BalanceOf(account), (await ledger.FindAccountAsync(account))!.Value.Balance);
    }

    [Theory]
    [InlineData("double spend")]
    [InlineData("stale read")]
    public void Histories_that_no_ledger_has_are_violations(string what)
    {
        var (one, other) = (LedgerRequest.Withdraw(Requests.Key(1), 1, Requests.Euros(30)), LedgerRequest.Withdraw(Requests.Key(2), 1, Requests.Euros(30)));
        var done = new LedgerAnswer(new LedgerResult(LedgerStatus.Done, 6, 0, 0), null);
        var history = new HistoryBuilder<LedgerCall, LedgerAnswer>().Call(0, new LedgerCall.Execute(one), done);
        history = what == "double spend"
            ? history.Call(1, new LedgerCall.Execute(other), new LedgerAnswer(new LedgerResult(LedgerStatus.Done, 7, -30, 30), null))
            : history.Call(1, new LedgerCall.Find(1), new LedgerAnswer(null, ConcurrentCalls.Model.Initial.Find(1)));
        Assert.True(Linearizability.Check(ConcurrentCalls.Model, history.Build()).IsViolation);
    }
}
