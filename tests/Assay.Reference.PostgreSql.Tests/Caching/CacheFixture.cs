using Assay.Reference.Caching;
using Assay.Reference.PostgreSql.Caching;
using Assay.Reference.PostgreSql.Tests.Mutants;
using Microsoft.Extensions.Caching.Hybrid;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Caching;

/// <summary>Makes caches over one schema, as several processes would have them, and looks into its tables.</summary>
internal sealed class CacheFixture(NpgsqlDataSource source, string schema) : IAsyncDisposable
{
    private readonly List<PostgresHybridCache> _caches = [];

    public string Table { get; } = SqlScript.Quoted(schema) + ".entry";

    public string Schema => SqlScript.Quoted(schema);

    public static async Task<CacheFixture> CreateAsync(NpgsqlDataSource source, SqlMutant? mutant = null)
    {
        var schema = SharedServer.NewSchema();
        if (mutant is null)
            await PostgresDistributedCache.CreateSchemaAsync(source, schema, TestContext.Current.CancellationToken);
        else
            await mutant.ApplyAsync(source, "cache.sql", schema);
        return new CacheFixture(source, schema);
    }

    public PostgresDistributedCache Bytes(PostgresCacheOptions? options = null) => new(source, (options ?? new()) with { Schema = schema });

    /// <summary>A cache of two levels that listens already.</summary>
    public async Task<PostgresHybridCache> HybridAsync(PostgresCacheOptions? options = null, NpgsqlDataSource? listenOn = null, NpgsqlDataSource? from = null)
    {
        options = (options ?? new() { MaxStaleness = TimeSpan.FromHours(1) }) with { Schema = schema };
        var cache = new PostgresHybridCache(from ?? source, new LruTtlCache<string, FirstLevelEntry>(100, clock: options.Clock), options, listenOn);
        _caches.Add(cache);
        await cache.CatchUpAsync(TestContext.Current.CancellationToken);
        return cache;
    }

    public Task<List<string>> QueryAsync(string sql) => Ledger.LedgerDatabase.QueryAsync(source, sql);

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cache in _caches)
            await cache.DisposeAsync();
    }
}

internal static class CacheCalls
{
    /// <summary>What the cache has, or -1: no factory runs.</summary>
    public static ValueTask<int> PeekAsync(this PostgresHybridCache cache, string key) => cache.GetOrCreateAsync(
        key, _ => new ValueTask<int>(-1), new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite });

    public static ValueTask<int> GetAsync(this PostgresHybridCache cache, string key, int value, params string[] tags) =>
        cache.GetOrCreateAsync(key, _ => new ValueTask<int>(value), tags: tags);
}
