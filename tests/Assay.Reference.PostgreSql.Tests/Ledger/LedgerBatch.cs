using Assay.Reference.Ledger;
using Assay.Reference.PostgreSql.Ledger;
using Assay.Reference.PostgreSql.Tests.Mutants;
using Assay.Reference.Tests.Ledger;
using Assay.Verify;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Ledger;

/// <summary>Batches of a chosen composition: what arrives together under load is up to chance, and here it is up to a seed.</summary>
internal sealed class LedgerBatch(LedgerStore store)
{
    public static async Task<(LedgerBatch Batch, string Schema)> NewAsync(NpgsqlDataSource source, ManualClock clock, SqlMutant? mutant = null)
    {
        var schema = await LedgerDatabase.NewSchemaAsync(source);
        if (mutant is not null)
            await mutant.ApplyAsync(source, "ledger-batches.sql", schema);
        return (new LedgerBatch(new LedgerStore(source, new LostConnection(new PostgresLedgerOptions()), schema, clock)), schema);
    }

    public Task<LedgerResult[]> ExecuteAsync(params IReadOnlyList<LedgerRequest> requests) =>
        store.ExecuteAsync([.. requests.Select(request => WaitingRequest.Of(request, CancellationToken.None))], TestContext.Current.CancellationToken);

    public Task<AccountSnapshot?> FindAsync(long account) => store.FindAccountAsync(account, TestContext.Current.CancellationToken);

    public ValueTask<ChainHead> ChainAsync() => HashChain.HeadOfAsync(store.ReadAsync(0, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

    /// <summary>Runs random batches and the model side by side: the first difference, or null.</summary>
    public async Task<string?> FirstDifferenceAsync(ManualClock clock, int seed, int batches)
    {
        var (random, state) = (new Random(seed), LedgerState.Empty);
        var program = new Requests(random);
        // In half of the programs time passes slowly and much is held; in the others much is due, also at once.
        var isSlow = seed % 2 == 0;
        for (var number = 0; number < batches; number++)
        {
            var batch = number == 0 ? [.. Requests.Openings()] : Draw(random, program);
            clock.Advance(TimeSpan.FromTicks(random.Next(isSlow ? 12 : 200)));
            state = LedgerModel.Advance(state, clock.GetUtcNow());
            var actual = await ExecuteAsync(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                (state, var expected) = LedgerModel.Execute(state, batch[i]);
                state = LedgerModel.Advance(state, clock.GetUtcNow());
                if (actual[i] != expected)
                    return $"seed {seed}, batch {number}, request {i} of {batch.Count}, {batch[i]}: {actual[i]}, by the model {expected}";
            }

            foreach (var account in Requests.AllAccounts)
            {
                if ((await FindAsync(account), state.Find(account)) is var (found, wanted) && found != wanted)
                    return $"seed {seed}, after batch {number}: {found}, by the model {wanted}";
            }
        }

        return null;
    }

    /// <summary>Mixed, or mostly posts: runs of these are what is executed as a set. Few accounts, so that they depend on each other.</summary>
    public static List<LedgerRequest> Draw(Random random, Requests program)
    {
        var (isMostlyPosts, batch) = (random.Next(3) > 0, new List<LedgerRequest>());
        for (var left = random.Next(1, 40); left > 0;)
        {
            var request = program.Next();
            if (request.Key == default || (isMostlyPosts && request is not LedgerRequest.Post && random.Next(12) > 0))
                continue;
            batch.Add(request);
            left--;
        }

        return batch;
    }
}
