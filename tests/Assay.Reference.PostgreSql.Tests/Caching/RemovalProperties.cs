using Assay.Reference.PostgreSql.Tests.Mutants;
using Microsoft.Extensions.Caching.Hybrid;

namespace Assay.Reference.PostgreSql.Tests.Caching;

/// <summary>What two caches on one server promise each other about removals, and the bad ones that break each promise.</summary>
public sealed class RemovalProperties(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly HybridCacheEntryOptions s_sharedOnly = new() { Flags = HybridCacheEntryFlags.DisableLocalCache };

    [Fact]
    public async Task A_removal_in_one_process_is_seen_in_the_other() => Assert.Null(await RemovalIsSeenAsync(null));

    [Fact]
    public async Task A_removal_that_nobody_is_told_of_is_caught() => Assert.NotNull(await RemovalIsSeenAsync(CacheMutants.SilentRemoval));

    [Fact]
    public async Task The_removal_of_a_tag_in_one_process_is_seen_in_the_other() => Assert.Null(await TagIsSeenAsync(null));

    [Fact]
    public async Task The_removal_of_a_tag_that_nobody_is_told_of_is_caught() => Assert.NotNull(await TagIsSeenAsync(CacheMutants.SilentTag));

    [Fact]
    public async Task A_load_that_began_before_a_removal_elsewhere_is_stored_in_neither_level() => Assert.Null(await NothingRisesAgainAsync(null));

    [Fact]
    public async Task A_removal_that_leaves_nothing_behind_is_caught() => Assert.NotNull(await NothingRisesAgainAsync(CacheMutants.ForgottenRemoval));

    [Fact]
    public async Task A_load_that_stores_over_what_is_newer_is_caught() => Assert.NotNull(await NothingRisesAgainAsync(CacheMutants.LastWriterWins));

    [Fact]
    public async Task Removed_rows_that_are_swept_at_once_are_caught() => Assert.NotNull(await NothingRisesAgainAsync(CacheMutants.EagerSweep));

    [Fact]
    public async Task A_load_that_began_before_the_removal_of_its_tag_is_out_of_date() => Assert.Null(await NoTagRisesAgainAsync(null));

    [Fact]
    public async Task An_entry_as_young_as_its_store_is_caught() => Assert.NotNull(await NoTagRisesAgainAsync(CacheMutants.VersionOfTheStore));

    [Fact]
    public async Task A_load_older_than_what_is_remembered_of_removals_is_not_stored() => Assert.Null(await NoAncientLoadIsStoredAsync(null));

    [Fact]
    public async Task A_load_of_any_age_is_caught() => Assert.NotNull(await NoAncientLoadIsStoredAsync(CacheMutants.EndlessLoad));

    private async Task<string?> RemovalIsSeenAsync(SqlMutant? mutant)
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source, mutant);
        var (one, two) = (await fixture.HybridAsync(), await fixture.HybridAsync());
        await one.GetAsync("key", 1);
        await two.GetAsync("key", 2);
        await two.RemoveAsync("key");
        await one.CatchUpAsync();
        return Is(-1, await one.PeekAsync("key"), "after a removal elsewhere");
    }

    private async Task<string?> TagIsSeenAsync(SqlMutant? mutant)
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source, mutant);
        var (one, two) = (await fixture.HybridAsync(), await fixture.HybridAsync());
        await one.GetAsync("tagged", 1, "red", "blue");
        await one.GetAsync("other", 2, "red");
        // From the second level: its tags come with it.
        await two.GetAsync("tagged", 3);
        await one.RemoveByTagAsync("blue");
        await two.CatchUpAsync();
        return Is(-1, await two.PeekAsync("tagged"), "with the removed tag") ?? Is(-1, await one.PeekAsync("tagged"), "with the tag, at home")
            ?? Is(2, await two.PeekAsync("other"), "without the tag");
    }

    private async Task<string?> NothingRisesAgainAsync(SqlMutant? mutant)
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source, mutant);
        var (one, two) = (await fixture.HybridAsync(), await fixture.HybridAsync());
        var (loading, loaded) = Signals();
        var load = one.GetOrCreateAsync("key", async _ => { loading.SetResult(); await loaded.Task; return 1; }).AsTask();
        await loading.Task;
        await two.RemoveAsync("key");
        await fixture.Bytes().SweepAsync();
        await one.CatchUpAsync();
        loaded.SetResult();
        return Is(1, await load, "for its own caller")
            ?? Is(-1, await one.PeekAsync("key"), "where it was loaded") ?? Is(-1, await two.PeekAsync("key"), "elsewhere");
    }

    private async Task<string?> NoTagRisesAgainAsync(SqlMutant? mutant)
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source, mutant);
        var (one, two) = (await fixture.HybridAsync(), await fixture.HybridAsync());
        var (loading, loaded) = Signals();
        var load = one.GetOrCreateAsync("key", async _ => { loading.SetResult(); await loaded.Task; return 1; }, tags: ["tag"]).AsTask();
        await loading.Task;
        await two.RemoveByTagAsync("tag");
        await one.CatchUpAsync();
        loaded.SetResult();
        await load;
        return Is(-1, await one.PeekAsync("key"), "where it was loaded") ?? Is(-1, await two.PeekAsync("key"), "elsewhere");
    }

    // Five minutes cannot be waited for: what the load took at its beginning is made older.
    private async Task<string?> NoAncientLoadIsStoredAsync(SqlMutant? mutant)
    {
        await using var fixture = await CacheFixture.CreateAsync(shared.Source, mutant);
        var one = await fixture.HybridAsync();
        await fixture.ExecuteAsync(
            $"""
            create or replace function {fixture.Schema}.begin_load(out epoch uuid, out version bigint, out at timestamptz) language plpgsql as $load$
            begin
                at := clock_timestamp() - interval '6 minutes';
                version := {fixture.Schema}.next_version();
                epoch := gen_random_uuid();
                insert into {fixture.Schema}.epoch (id) values (epoch);
            end
            $load$
            """);
        return Is(1, await one.GetOrCreateAsync("key", _ => new ValueTask<int>(1), s_sharedOnly), "for its own caller")
            ?? Is(-1, await one.PeekAsync("key"), "after a load of six minutes");
    }

    private static (TaskCompletionSource Loading, TaskCompletionSource Loaded) Signals() =>
        (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));

    private static string? Is(int expected, int actual, string where) => actual == expected ? null : $"{actual} instead of {expected} {where}";
}
