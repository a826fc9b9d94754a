using Assay.Reference.Ledger;
using Assay.Reference.PostgreSql.Tests.Mutants;
using Assay.Reference.Tests.Ledger;
using Assay.Verify;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Ledger;

/// <summary>A batch is its requests one after the other, whatever they have to do with each other.</summary>
public sealed class LedgerBatchProperties(SharedServer shared) : IClassFixture<SharedServer>
{
    public static TheoryData<SqlMutant> Mutants => [.. LedgerMutants.All];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Random_batches_are_answered_as_by_the_model_with_the_same_balances(int seed)
    {
        var clock = new ManualClock();
        var (batch, schema) = await LedgerBatch.NewAsync(shared.Source, clock);
        Assert.Null(await batch.FirstDifferenceAsync(clock, seed, batches: 30));
        Assert.Empty(await LedgerDatabase.ViolationsAsync(shared.Source, schema));
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task A_batch_that_is_wrong_is_caught(SqlMutant mutant)
    {
        string? difference = null;
        for (var seed = 1; seed <= 8 && difference is null; seed++)
        {
            var clock = new ManualClock();
            var (batch, schema) = await LedgerBatch.NewAsync(shared.Source, clock, mutant);
            try
            {
                difference = await batch.FirstDifferenceAsync(clock, seed, batches: 16) ?? (await LedgerDatabase.ViolationsAsync(shared.Source, schema)).FirstOrDefault();
            }
            catch (PostgresException exception) when (exception.SqlState.StartsWith("23", StringComparison.Ordinal))
            {
                // A constraint of the tables was in the way.
                difference = exception.MessageText;
            }
        }

        Assert.NotNull(difference);
    }

    [Fact]
    public async Task The_chain_of_a_batch_is_that_of_its_requests_one_by_one()
    {
        var clock = new ManualClock();
        var (together, _) = await LedgerBatch.NewAsync(shared.Source, clock);
        var (apart, _) = await LedgerBatch.NewAsync(shared.Source, clock);
        var random = new Random(21);
        var program = new Requests(random);
        for (var number = 0; number < 12; number++)
        {
            var batch = number == 0 ? [.. Requests.Openings()] : LedgerBatch.Draw(random, program);
            clock.Advance(TimeSpan.FromTicks(random.Next(12)));
            await together.ExecuteAsync(batch);
            foreach (var request in batch)
                await apart.ExecuteAsync(request);
        }

        var head = await together.ChainAsync();
        Assert.True(head.Sequence > 50, $"{head}");
        Assert.Equal(head, await apart.ChainAsync());
    }

    [Fact]
    public async Task A_key_that_repeats_in_a_batch_is_answered_what_its_first_was_even_behind_a_malformed_one()
    {
        var clock = new ManualClock();
        var (batch, _) = await LedgerBatch.NewAsync(shared.Source, clock);
        await batch.ExecuteAsync([.. Requests.Openings()]);
        var (key, other) = (Requests.Key(1), Requests.Key(2));
        var results = await batch.ExecuteAsync(
            LedgerRequest.Transfer(key, 1, 1, Requests.Euros(1)),
            LedgerRequest.Transfer(key, 1, 2, Requests.Euros(7)),
            LedgerRequest.Transfer(other, 1, 2, Requests.Euros(24)),
            LedgerRequest.Transfer(key, 1, 2, Requests.Euros(7)),
            LedgerRequest.Transfer(key, 1, 2, Requests.Euros(8)),
            LedgerRequest.Transfer(other, 1, 2, Requests.Euros(24)));
        Assert.Equal(
            [LedgerStatus.SameAccount, LedgerStatus.Done, LedgerStatus.InsufficientFunds, LedgerStatus.Done, LedgerStatus.KeyConflict, LedgerStatus.InsufficientFunds],
            results.Select(r => r.Status));
        Assert.Equal(new LedgerResult(LedgerStatus.Done, 6, 23, 7), results[1]);
        Assert.Equal(results[1], results[3]);
        Assert.Equal(results[2], results[5]);
    }

    [Fact]
    public async Task A_batch_of_many_legs_through_one_account_leaves_its_running_balances()
    {
        var clock = new ManualClock();
        var (batch, schema) = await LedgerBatch.NewAsync(shared.Source, clock);
        await batch.ExecuteAsync([.. Requests.Openings()]);
        var posts = Enumerable.Range(0, 300).Select(i => (LedgerRequest)LedgerRequest.Deposit(Requests.Key((ulong)(1 + i)), 1, Requests.Euros(2))).ToList();
        var results = await batch.ExecuteAsync(posts);
        Assert.Equal(Enumerable.Range(1, 300).Select(i => 30L + (2 * i)), results.Select(r => r.ToBalance));
        Assert.Equal((630L, 301L), (await batch.FindAsync(1)) is { } account ? (account.Balance, account.Version) : default);
        Assert.Empty(await LedgerDatabase.ViolationsAsync(shared.Source, schema));
    }
}
