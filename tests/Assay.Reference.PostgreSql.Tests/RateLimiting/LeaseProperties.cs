using System.Collections.Concurrent;
using System.Globalization;
using Assay.Reference.PostgreSql.RateLimiting;
using Assay.Reference.PostgreSql.Tests.Mutants;
using Assay.Verify;

namespace Assay.Reference.PostgreSql.Tests.RateLimiting;

/// <summary>What all processes together are admitted under leases, and the bad ones that admit more or less.</summary>
public sealed class LeaseProperties(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_more_is_admitted_than_the_burst_and_what_has_come_back(int seed) => Assert.Null(await OverAdmissionAsync(null, seed));

    [Fact]
    public async Task Permits_given_back_twice_are_caught() =>
        Assert.NotNull(await FirstAsync(seed => OverAdmissionAsync(LimiterMutants.GivenBackTwice, seed)));

    [Fact]
    public async Task Three_permits_cost_the_time_in_which_three_come_back() => Assert.Null(await CheapPermitsAsync(null));

    [Fact]
    public async Task Costs_rounded_down_are_caught() => Assert.NotNull(await CheapPermitsAsync(LimiterMutants.FreeRemainder));

    [Fact]
    public async Task Grants_of_a_part_are_caught() => Assert.NotNull(await FirstAsync(seed => OverAdmissionAsync(LimiterMutants.HalfGrant, seed)));

    [Fact]
    public async Task Clients_at_once_get_the_burst_together() => Assert.Null(await TogetherAsync(null));

    [Fact]
    public async Task A_read_without_a_lock_is_caught() => Assert.NotNull(await TogetherAsync(LimiterMutants.UnlockedRead));

    // Three processes ask at random; time passes at random, leases run out, and processes crash or end. What is admitted in any window is
    // at most the burst, what came back in it, and what processes held unused when it began.
    private async Task<string?> OverAdmissionAsync(SqlMutant? mutant, int seed)
    {
        var random = new Random(seed);
        var schema = await SchemaAsync(mutant);
        // Three permits in ten seconds: no whole number of microseconds each.
        var options = new PostgresRateLimitOptions { PermitsPerPeriod = 3, Period = TimeSpan.FromSeconds(10), Burst = 9, Schema = schema };
        var clock = new ManualClock();
        var processes = Enumerable.Range(0, 3).Select(_ => New(options, clock)).ToList();
        var events = new List<(decimal At, int Admitted, int Held)>();
        var held = new int[3];
        var passed = 0m;
        for (var step = 0; step < 160; step++)
        {
            var process = random.Next(3);
            switch (random.Next(8))
            {
                case < 5:
                    var permits = random.Next(1, 5);
                    events.Add((passed, 0, held.Sum()));
                    var decision = await processes[process].AcquireAsync("key", permits);
                    if (decision.IsAllowed)
                        events.Add((passed, permits, held.Sum()));
                    held[process] = decision.Remaining;
                    break;
                case 5:
                    var seconds = random.Next(0, 9);
                    await PassAsync(schema, seconds);
                    clock.Advance(TimeSpan.FromSeconds(seconds));
                    passed += seconds;
                    break;
                case 6:
                    await processes[process].ReturnUnusedAsync();
                    break;
                default:
                    // A process that ends gives back; one that crashes does not.
                    if (random.Next(2) == 0)
                        await processes[process].DisposeAsync();
                    (processes[process], held[process]) = (New(options, clock), 0);
                    break;
            }
        }

        return Excess(events, await ElapsedAsync(schema, passed));
    }

    private async Task<string?> CheapPermitsAsync(SqlMutant? mutant)
    {
        var schema = await SchemaAsync(mutant);
        var options = new PostgresRateLimitOptions { PermitsPerPeriod = 3, Period = TimeSpan.FromSeconds(10), Burst = 100, Schema = schema };
        await using var limit = new LeasedRateLimit(new PostgresRateLimit(shared.Source, options, new ManualClock()), new RateLeaseOptions { Permits = 1 });
        await limit.AcquireAsync("key", 50);
        var before = await ArrivalAsync();
        for (var i = 0; i < 3; i++)
            await limit.AcquireAsync("key");
        var cost = await ArrivalAsync() - before;
        return cost >= 10_000_000 ? null : $"three permits cost {cost} microseconds";

        async Task<long> ArrivalAsync() => long.Parse(
            (await Ledger.LedgerDatabase.QueryAsync(shared.Source, $"select arrival::text from {SqlScript.Quoted(schema)}.bucket"))[0], CultureInfo.InvariantCulture);
    }

    private static string? Excess(List<(decimal At, int Admitted, int Held)> events, decimal slack)
    {
        for (var first = 0; first < events.Count; first++)
        {
            var admitted = 0;
            for (var last = first; last < events.Count; last++)
            {
                admitted += events[last].Admitted;
                var bound = 9 + events[first].Held + (0.3m * (events[last].At - events[first].At + slack));
                if (admitted > bound)
                    return $"{admitted} admitted between {first} and {last}, bound {bound.ToString(CultureInfo.InvariantCulture)}";
            }
        }

        return null;
    }

    private async Task<string?> TogetherAsync(SqlMutant? mutant)
    {
        var schema = await SchemaAsync(mutant);
        var options = new PostgresRateLimitOptions { PermitsPerPeriod = 1, Period = TimeSpan.FromDays(30), Burst = 40, Schema = schema };
        var processes = Enumerable.Range(0, 4).Select(_ => New(options, new ManualClock())).ToList();
        var admitted = new ConcurrentBag<int>();
        await Task.WhenAll(processes.SelectMany(process => Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                if ((await process.AcquireAsync("key")).IsAllowed)
                    admitted.Add(1);
            }
        }))));
        foreach (var process in processes)
            await process.DisposeAsync();
        // Given back by all, what is left is there for the next.
        await using var next = New(options, new ManualClock());
        while (admitted.Count < 400 && (await next.AcquireAsync("key")).IsAllowed)
            admitted.Add(1);
        return admitted.Count == 40 ? null : $"{admitted.Count} admitted of 40";
    }

    private static async Task<string?> FirstAsync(Func<int, Task<string?>> violation)
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            if (await violation(seed) is { } found)
                return found;
        }

        return null;
    }

    private LeasedRateLimit New(PostgresRateLimitOptions options, TimeProvider clock) =>
        new(new PostgresRateLimit(shared.Source, options with { RememberedRefusals = 0 }, clock), new RateLeaseOptions { Permits = 3, Life = TimeSpan.FromSeconds(5) });

    private async Task<string> SchemaAsync(SqlMutant? mutant)
    {
        var schema = SharedServer.NewSchema();
        if (mutant is null)
            await PostgresRateLimit.CreateSchemaAsync(shared.Source, schema);
        else
            await mutant.ApplyAsync(shared.Source, "limiter.sql", schema);
        await LimiterDatabase.ExecuteAsync(shared.Source, $"create table {SqlScript.Quoted(schema)}.started as select clock_timestamp() as at");
        return schema;
    }

    // The server's clock cannot be moved: its buckets are.
    private Task PassAsync(string schema, int seconds) =>
        LimiterDatabase.ExecuteAsync(shared.Source, $"update {SqlScript.Quoted(schema)}.bucket set arrival = arrival - {seconds} * 1000000");

    // What the server's own clock added to the time that was made to pass; all of it is granted to every window.
    private async Task<decimal> ElapsedAsync(string schema, decimal passed)
    {
        var elapsed = await Ledger.LedgerDatabase.QueryAsync(
            shared.Source, $"select extract(epoch from clock_timestamp() - at)::text from {SqlScript.Quoted(schema)}.started");
        TestContext.Current.TestOutputHelper?.WriteLine($"{passed} s made to pass, {elapsed[0]} s passed");
        return decimal.Parse(elapsed[0], CultureInfo.InvariantCulture);
    }
}
