#pragma warning disable xUnit1051 // Nothing here is cancelled: what a token does has its own tests.
using Assay.Reference.Ledger;
using Assay.Reference.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Every engine answers what the specification answers, step by step, on an injected clock.</summary>
public sealed class ModelTests
{
    private static readonly Dictionary<string, Func<ILedger, ILedger>> Defects = new()
    {
        ["silent conflict"] = inner => new SilentConflict(inner),
        ["today's balances"] = inner => new TodaysBalances(inner),
        ["forgotten refusals"] = inner => new ForgottenRefusals(inner),
        ["uncounted reservations"] = inner => new UncountedReservations(inner),
        ["late timeouts"] = inner => new LateTimeouts(inner),
        ["early schedules"] = inner => new EarlySchedules(inner),
        ["boundless reversals"] = inner => new BoundlessReversals(inner),
        ["half requests"] = inner => new HalfRequests(inner),
    };

    public static TheoryData<string> Engines => AllLedgers.Names;

    public static TheoryData<string> Mutants => [.. Defects.Keys];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Random_requests_are_answered_as_by_the_model(string engine)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var clock = new ManualClock();
            await using var ledger = AllLedgers.Create(engine, clock);
            var difference = await Scenario.FirstDifferenceAsync(ledger, clock, seed, steps: 250);
            Assert.True(difference is null, difference);
        }
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task The_model_convicts(string defect)
    {
        var found = false;
        for (var seed = 0; seed < 40 && !found; seed++)
        {
            var clock = new ManualClock();
            await using var ledger = Defects[defect](new OrderedLockLedger(new LedgerOptions { Clock = clock }));
            found = await Scenario.FirstDifferenceAsync(ledger, clock, seed, steps: 250) is not null;
        }

        Assert.True(found);
    }

    [Fact]
    public async Task The_random_requests_meet_every_status()
    {
        var met = new HashSet<LedgerStatus>();
        for (var seed = 0; seed < 60; seed++)
        {
            var clock = new ManualClock();
            await using var ledger = new OrderedLockLedger(new LedgerOptions { Clock = clock, MaxEvents = 180 });
            var requests = new Requests(new Random(seed));
            foreach (var request in Requests.Openings().Concat(Enumerable.Range(0, 300).Select(_ => requests.Next())))
            {
                clock.Advance(TimeSpan.FromTicks(3));
                met.Add(ledger.Execute(request).Status);
            }
        }

        // Only a ring can be overloaded; its own test fills one.
        Assert.Equal([LedgerStatus.Overloaded], Enum.GetValues<LedgerStatus>().Except(met));
    }
}
