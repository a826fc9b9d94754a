using Assay.Reference.PostgreSql.RateLimiting;
using Assay.Verify;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.RateLimiting;

public sealed class PostgresRateLimitTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // A permit a day: the server's clock does not matter within a test.
    private static readonly PostgresRateLimitOptions s_slow = new() { PermitsPerPeriod = 1, Period = TimeSpan.FromDays(1), Burst = 10 };

    [Fact]
    public async Task Many_clients_on_one_key_get_exactly_the_burst()
    {
        var schema = await NewSchemaAsync();
        var limits = Enumerable.Range(0, 4).Select(_ => New(s_slow, schema)).ToList();
        var decisions = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => limits[i % 4].AcquireAsync("tenant").AsTask()));
        Assert.Equal(10, decisions.Count(d => d.IsAllowed));
        Assert.True((await limits[0].AcquireAsync("another")).IsAllowed);
    }

    [Fact]
    public async Task Several_permits_are_taken_together_or_not_at_all()
    {
        var limit = New(s_slow, await NewSchemaAsync());
        Assert.Equal(3, (await limit.AcquireAsync("key", 7)).Remaining);
        Assert.False((await limit.AcquireAsync("key", 4)).IsAllowed);
        Assert.True((await limit.AcquireAsync("key", 3)).IsAllowed);
        Assert.False((await limit.AcquireAsync("key")).IsAllowed);
    }

    [Fact]
    public async Task The_time_to_retry_is_what_the_missing_permits_take()
    {
        var limit = New(s_slow, await NewSchemaAsync());
        await limit.AcquireAsync("key", 10);
        var one = TimeProvider.System.GetElapsedTime(0, (await limit.AcquireAsync("key")).RetryAfterTicks);
        var three = TimeProvider.System.GetElapsedTime(0, (await limit.AcquireAsync("key", 3)).RetryAfterTicks);
        Assert.InRange(one, TimeSpan.FromDays(1) - TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        Assert.InRange(three, TimeSpan.FromDays(3) - TimeSpan.FromHours(1), TimeSpan.FromDays(3));
    }

    [Fact]
    public async Task A_refused_key_is_refused_without_the_server_until_its_time_has_come()
    {
        var schema = await NewSchemaAsync();
        var clock = new ManualClock();
        var limit = New(s_slow, schema, clock);
        await limit.AcquireAsync("key", 10);
        var refused = await limit.AcquireAsync("key");
        // Another process, or an operator, empties the table: this process does not ask until the time it was told.
        await ExecuteAsync($"delete from {SqlScript.Quoted(schema)}.bucket");
        Assert.False((await limit.AcquireAsync("key")).IsAllowed);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.True((await limit.AcquireAsync("key")).IsAllowed);
        Assert.True(refused.RetryAfterTicks > 0);
    }

    [Fact]
    public async Task A_smaller_request_than_the_refused_one_is_asked_for()
    {
        var limit = New(s_slow, await NewSchemaAsync());
        await limit.AcquireAsync("key", 5);
        Assert.False((await limit.AcquireAsync("key", 8)).IsAllowed);
        Assert.True((await limit.AcquireAsync("key", 5)).IsAllowed);
    }

    [Fact]
    public async Task Clocks_an_hour_apart_in_two_processes_change_nothing()
    {
        var schema = await NewSchemaAsync();
        var behind = New(s_slow, schema, new ManualClock(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var ahead = New(s_slow, schema, new ManualClock(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var allowed = 0;
        for (var i = 0; i < 20; i++)
            allowed += (await (i % 2 == 0 ? behind : ahead).AcquireAsync("key")).IsAllowed ? 1 : 0;
        Assert.Equal(10, allowed);
    }

    [Fact]
    public async Task A_sweep_forgets_full_keys_only()
    {
        var schema = await NewSchemaAsync();
        var limit = New(s_slow, schema);
        await limit.AcquireAsync("emptied", 10);
        await limit.AcquireAsync("full");
        await ExecuteAsync($"update {SqlScript.Quoted(schema)}.bucket set arrival = 1 where arrival = (select min(arrival) from {SqlScript.Quoted(schema)}.bucket)");
        Assert.Equal(1, await limit.SweepAsync());
        Assert.False((await limit.AcquireAsync("emptied")).IsAllowed);
        Assert.True((await limit.AcquireAsync("full", 10)).IsAllowed);
    }

    [Fact]
    public async Task A_sweep_stops_at_the_first_key_that_is_not_full()
    {
        var schema = await NewSchemaAsync();
        var bucket = $"{SqlScript.Quoted(schema)}.bucket";
        await ExecuteAsync($"insert into {bucket} select sha256(i::text::bytea), case when i <= 7 then 1 else 4000000000000000 end from generate_series(1, 500) i");
        await using var connection = await shared.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var sweep = new NpgsqlCommand($"select {SqlScript.Quoted(schema)}.sweep(1000)", connection, transaction);
        Assert.Equal(7L, await sweep.ExecuteScalarAsync());
        // Counted by the server for this transaction alone: each of the seven is found once to lock it and once to delete it.
        await using var read = new NpgsqlCommand($"select (seq_tup_read + idx_tup_fetch)::int from pg_stat_xact_user_tables where relid = '{bucket.Replace("'", "''", StringComparison.Ordinal)}'::regclass", connection, transaction);
        Assert.InRange((int)(await read.ExecuteScalarAsync())!, 7, 21);
    }

    [Fact]
    public async Task Strange_keys_are_keys_like_others()
    {
        var limit = New(s_slow, await NewSchemaAsync());
        foreach (var key in (string[])["", "Tenant", "tenant", "'; drop table bucket; --", new string('x', 1_000_000), "\ud800", "\0"])
            Assert.Equal((true, 9), ((await limit.AcquireAsync(key)) is var d ? (d.IsAllowed, d.Remaining) : default));
    }

    [Fact]
    public void The_list_of_refusals_stays_within_its_bound()
    {
        var denied = new DenyList(3, new ManualClock());
        for (byte i = 0; i < 50; i++)
            denied.Remember([.. Enumerable.Repeat(i, 32)], 1, 100);
        var remembered = Enumerable.Range(0, 50).Count(i => denied.TicksLeft([.. Enumerable.Repeat((byte)i, 32)], 1) > 0);
        Assert.Equal(3, remembered);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 400 * 864_000_000_000, 1)]
    [InlineData(1, 15, 1)]
    [InlineData(1, 366 * 864_000_000_000, int.MaxValue)]
    public void Rates_out_of_range_are_refused(int permits, long ticks, int burst) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new PostgresRateLimit(shared.Source, new PostgresRateLimitOptions { PermitsPerPeriod = permits, Period = TimeSpan.FromTicks(ticks), Burst = burst }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(11)]
    public async Task Permits_that_can_never_be_granted_are_refused(int permits) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await new PostgresRateLimit(shared.Source, s_slow).AcquireAsync("key", permits));

    private PostgresRateLimit New(PostgresRateLimitOptions options, string schema, TimeProvider? clock = null) => new(shared.Source, options with { Schema = schema }, clock);

    private async Task<string> NewSchemaAsync()
    {
        var schema = SharedServer.NewSchema();
        await PostgresRateLimit.CreateSchemaAsync(shared.Source, schema);
        return schema;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = shared.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
