using Assay.Reference.PostgreSql.RateLimiting;
using Assay.Verify;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.RateLimiting;

public sealed class LeasedRateLimitTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // A permit in thirty days: the server's clock does not matter within a test.
    private static readonly PostgresRateLimitOptions s_slow = new() { PermitsPerPeriod = 1, Period = TimeSpan.FromDays(30), Burst = 20 };

    [Fact]
    public async Task A_lease_is_served_without_the_server()
    {
        var schema = await NewSchemaAsync();
        await using var leased = New(s_slow, schema);
        Assert.Equal((true, 9), Answer(await leased.AcquireAsync("key")));
        await LimiterDatabase.ExecuteAsync(shared.Source, $"alter schema {SqlScript.Quoted(schema)} rename to \"{schema.Length} away {Guid.NewGuid():N}\"");
        for (var left = 8; left >= 0; left--)
            Assert.Equal((true, left), Answer(await leased.AcquireAsync("key")));
        await Assert.ThrowsAsync<PostgresException>(async () => await leased.AcquireAsync("key"));
    }

    [Fact]
    public async Task The_last_permits_of_a_bucket_are_leased_though_they_are_fewer()
    {
        await using var leased = New(s_slow with { Burst = 13 }, await NewSchemaAsync());
        var answers = new List<(bool, int)>();
        for (var i = 0; i < 14; i++)
            answers.Add(Answer(await leased.AcquireAsync("key")));
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 2, 1, 0], answers[..13].Select(a => a.Item2));
        Assert.Equal((false, 0), answers[13]);
    }

    [Fact]
    public async Task More_permits_than_a_lease_has_are_taken_together_or_not_at_all()
    {
        await using var leased = New(s_slow, await NewSchemaAsync());
        Assert.Equal((true, 7), Answer(await leased.AcquireAsync("key", 3)));
        // The seven go back with the question.
        Assert.Equal((true, 0), Answer(await leased.AcquireAsync("key", 16)));
        Assert.False((await leased.AcquireAsync("key", 2)).IsAllowed);
        Assert.True((await leased.AcquireAsync("key", 1)).IsAllowed);
    }

    [Fact]
    public async Task What_is_not_used_in_time_goes_back()
    {
        var (schema, clock) = (await NewSchemaAsync(), new ManualClock());
        await using var one = New(s_slow, schema, clock);
        await using var two = New(s_slow, schema, clock);
        await one.AcquireAsync("key");
        await one.AcquireAsync("other");
        Assert.False((await two.AcquireAsync("key", 11)).IsAllowed);
        clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.Equal(0, await one.ReturnUnusedAsync());
        await using var three = New(s_slow, schema, clock);
        clock.Advance(TimeSpan.FromTicks(1));
        // The limit returns by itself as well; whoever comes first, all have gone back once.
        await one.ReturnUnusedAsync();
        await one.DisposeAsync();
        Assert.Equal((true, 0), Answer(await three.AcquireAsync("key", 19)));
        Assert.False((await three.AcquireAsync("key")).IsAllowed);
        Assert.Equal((true, 0), Answer(await three.AcquireAsync("other", 19)));
    }

    [Fact]
    public async Task A_lease_whose_time_is_over_is_not_served_any_more()
    {
        var (schema, clock) = (await NewSchemaAsync(), new ManualClock());
        await using var leased = New(s_slow, schema, clock, new RateLeaseOptions { Life = TimeSpan.FromHours(1) });
        await leased.AcquireAsync("key");
        await LimiterDatabase.ExecuteAsync(shared.Source, $"update {SqlScript.Quoted(schema)}.bucket set arrival = arrival + 1000000 * 86400::bigint * 30 * 20");
        clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.True((await leased.AcquireAsync("key")).IsAllowed);
        clock.Advance(TimeSpan.FromTicks(1));
        // Twenty are missing, the eight that were left go back: there is none.
        Assert.False((await leased.AcquireAsync("key")).IsAllowed);
    }

    [Fact]
    public async Task A_process_that_crashes_loses_its_permits_and_one_that_ends_does_not()
    {
        var schema = await NewSchemaAsync();
        var crashed = New(s_slow, schema);
        Assert.True((await crashed.AcquireAsync("key")).IsAllowed);
        var ended = New(s_slow, schema);
        Assert.True((await ended.AcquireAsync("key")).IsAllowed);
        await ended.DisposeAsync();
        await using var next = New(s_slow, schema);
        Assert.Equal((true, 0), Answer(await next.AcquireAsync("key", 9)));
        Assert.False((await next.AcquireAsync("key")).IsAllowed);
        await crashed.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_breaks_at_each_point_of_the_talk_loses_permits_and_doubles_none()
    {
        await using var server = await SharedServer.StartAsync();
        await using var direct = server.Connect();
        await PostgresRateLimit.CreateSchemaAsync(direct, "limits", TestContext.Current.CancellationToken);
        using var proxy = new BreakingProxy(server.Port);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Port = proxy.Port });
        var options = s_slow with { Schema = "limits", Burst = 10_000, Period = TimeSpan.FromDays(1) };
        var clock = new ManualClock();
        await using var leased = new LeasedRateLimit(new PostgresRateLimit(source, options, clock));
        var (admitted, failed) = (0, 0);
        for (var i = 0; i < 60; i++)
        {
            // A lease of its own each time, that gives back the nine of the one before.
            clock.Advance(TimeSpan.FromSeconds(1));
            if (i % 2 == 0)
                NpgsqlConnection.ClearAllPools();
            proxy.BreakAfter(i / 4, isAnswer: i >= 30);
            try
            {
                admitted += (await leased.AcquireAsync("key")).IsAllowed ? 1 : 0;
            }
            catch (NpgsqlException)
            {
                failed++;
            }
        }

        proxy.BreakAfter(int.MaxValue, isAnswer: false);
        await leased.DisposeAsync();
        Assert.True(failed >= 10, $"{failed} failed");
        // What is left, by the table itself: what was admitted is gone at least, and at most what each failure can have lost besides.
        var left = await LeftAsync(direct);
        Assert.InRange(left, 10_000 - admitted - (failed * 20), 10_000 - admitted);

        async Task<long> LeftAsync(NpgsqlDataSource database) => long.Parse((await Ledger.LedgerDatabase.QueryAsync(
            database, "select (10000 - ceil((arrival - extract(epoch from clock_timestamp()) * 1000000) / (86400 * 1000000::bigint)))::bigint::text from limits.bucket"))[0]);
    }

    [Fact]
    public async Task A_refused_key_is_refused_without_the_server()
    {
        var (schema, clock) = (await NewSchemaAsync(), new ManualClock());
        await using var leased = New(s_slow, schema, clock);
        await leased.AcquireAsync("key", 20);
        var refused = await leased.AcquireAsync("key");
        await LimiterDatabase.ExecuteAsync(shared.Source, $"delete from {SqlScript.Quoted(schema)}.bucket");
        Assert.False((await leased.AcquireAsync("key")).IsAllowed);
        Assert.InRange(clock.GetElapsedTime(0, refused.RetryAfterTicks), TimeSpan.FromDays(29.9), TimeSpan.FromDays(30));
        clock.Advance(TimeSpan.FromDays(30));
        Assert.True((await leased.AcquireAsync("key")).IsAllowed);
    }

    [Fact]
    public async Task Rates_above_a_permit_a_microsecond_have_their_whole_burst()
    {
        await using var leased = New(new PostgresRateLimitOptions { PermitsPerPeriod = 1_000_000_000, Period = TimeSpan.FromSeconds(1), Burst = 5 }, await NewSchemaAsync());
        Assert.Equal((true, 0), Answer(await leased.AcquireAsync("key", 5)));
    }

    [Fact]
    public async Task Keys_beyond_those_that_are_held_and_long_keys_are_asked_for_one_by_one()
    {
        await using var leased = New(s_slow, await NewSchemaAsync(), options: new RateLeaseOptions { MaxKeys = 2 });
        Assert.Equal((true, 9), Answer(await leased.AcquireAsync("one")));
        Assert.Equal((true, 9), Answer(await leased.AcquireAsync("two")));
        Assert.Equal((true, 19), Answer(await leased.AcquireAsync("three")));
        Assert.Equal((true, 19), Answer(await leased.AcquireAsync(new string('x', 1_000_000))));
    }

    [Fact]
    public async Task Misuse_is_a_typed_error()
    {
        var leased = New(s_slow, await NewSchemaAsync());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await leased.AcquireAsync("key", 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await leased.AcquireAsync("key", 21));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await leased.AcquireAsync(null!));
        await leased.DisposeAsync();
        await leased.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await leased.AcquireAsync("key"));
        foreach (var options in (RateLeaseOptions[])[new() { Permits = 0 }, new() { Life = TimeSpan.Zero }, new() { Life = TimeSpan.FromDays(2) }, new() { MaxKeys = -1 }])
            Assert.Throws<ArgumentOutOfRangeException>(() => new LeasedRateLimit(new PostgresRateLimit(shared.Source, s_slow), options));
    }

    private static (bool, int) Answer(Reference.RateLimiting.Decision decision) => (decision.IsAllowed, decision.Remaining);

    private LeasedRateLimit New(PostgresRateLimitOptions limit, string schema, TimeProvider? clock = null, RateLeaseOptions? options = null) =>
        new(new PostgresRateLimit(shared.Source, limit with { Schema = schema }, clock ?? new ManualClock()), options);

    private async Task<string> NewSchemaAsync()
    {
        var schema = SharedServer.NewSchema();
        await PostgresRateLimit.CreateSchemaAsync(shared.Source, schema);
        return schema;
    }
}
