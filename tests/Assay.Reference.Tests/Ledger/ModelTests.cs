using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Every engine answers what the specification answers, step by step, on an injected clock.</summary>
public sealed class ModelTests
{
    public static TheoryData<string> Engines => AllLedgers.Names;

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
}
