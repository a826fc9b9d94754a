using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Runs a ledger and the model side by side.</summary>
internal static class Scenario
{
    /// <summary>The first step at which a ledger differs from the model or contradicts itself; null when there is none.</summary>
    public static async Task<string?> FirstDifferenceAsync(ILedger ledger, ManualClock clock, int seed, int steps)
    {
        var (random, state) = (new Random(seed), LedgerState.Empty);
        var requests = new Requests(random);
        var queue = new Queue<LedgerRequest>(Requests.Openings());
        for (var step = 0; step < steps; step++)
        {
            var request = queue.Count > 0 ? queue.Dequeue() : requests.Next();
            if (random.Next(3) == 0)
                clock.Advance(TimeSpan.FromTicks(random.Next(12)));
            state = LedgerModel.Advance(state, clock.GetUtcNow());
            (state, var expected) = LedgerModel.Execute(state, request);
            var actual = await ledger.ExecuteAsync(request);
            if (actual != expected)
                return $"seed {seed}, step {step}, {request}: {actual}, by the model {expected}";
            // A request that is due in the past happens before anything else is seen.
            state = LedgerModel.Advance(state, clock.GetUtcNow());
            foreach (var account in Requests.AllAccounts)
            {
                var (found, wanted) = (await ledger.FindAccountAsync(account), state.Find(account));
                if (found != wanted)
                    return $"seed {seed}, step {step}, after {request}: {found}, by the model {wanted}";
            }
        }

        return null;
    }

    public static async Task<List<LedgerEvent>> EventsAsync(ILedger ledger) => await ledger.ReadEventsAsync().ToListAsync();

    public static async Task RunAsync(ILedger ledger, ManualClock clock, int seed, int steps)
    {
        var random = new Random(seed);
        var requests = new Requests(random);
        foreach (var request in Requests.Openings().Concat(Enumerable.Range(0, steps).Select(_ => requests.Next())))
        {
            clock.Advance(TimeSpan.FromTicks(random.Next(5)));
            await ledger.ExecuteAsync(request);
        }
    }
}
