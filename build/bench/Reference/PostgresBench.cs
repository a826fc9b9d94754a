using Assay.PostgreSql;
using Assay.Reference.Caching;
using Assay.Reference.Ledger;
using Assay.Reference.PostgreSql.Caching;
using Assay.Reference.PostgreSql.Ledger;
using Assay.Reference.PostgreSql.RateLimiting;
using Microsoft.Extensions.Caching.Distributed;
using Npgsql;

namespace Assay.Bench.Reference;

/// <summary>The components in PostgreSQL, on a server of their own whose commits wait for the disk, with eight connections for every side.</summary>
internal sealed class PostgresBench : IComponentBench
{
    private const int Connections = 8;
    private const int Accounts = 1000;
    private static readonly Currency s_euro = Currency.Of("EUR");

    public string Component => "PostgreSQL";

    public IEnumerable<BenchCase> Cases()
    {
        var server = Await(PostgresServer.TryStartAsync(isDurable: true));
        if (server is null)
        {
            Console.Error.WriteLine("PostgreSQL is not installed, its cases are left out: apt-get install postgresql.");
            yield break;
        }

        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { MaxPoolSize = Connections + 1, MaxAutoPrepare = 50, AutoPrepareMinUsages = 2 };
        var (source, other) = (NpgsqlDataSource.Create(settings), NpgsqlDataSource.Create(settings));
        try
        {
            var anchors = new PostgresAnchors(other);
            Await(anchors.CreateAsync());
            foreach (var one in LedgerCases(source, anchors).Concat(LimiterCases(source, anchors)).Concat(CacheCases(source, anchors)))
                yield return one;
        }
        finally
        {
            source.Dispose();
            other.Dispose();
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static IEnumerable<BenchCase> LedgerCases(NpgsqlDataSource source, PostgresAnchors anchors)
    {
        Await(PostgresLedger.CreateSchemaAsync(source));
        var ledger = new PostgresLedger(source);
        Await(Task.WhenAll(Enumerable.Range(1, Accounts).Select(account =>
            ledger.ExecuteAsync(new LedgerRequest.OpenAccount(RequestKey.New(), account, s_euro, AccountBounds.Unbounded)).AsTask())));
        var pgledger = new Load(Connections, _ => anchors.PgTransferAsync(From(out var to), to));
        var locked = new Load(Connections, _ => anchors.LockedTransferAsync(From(out var to), to));
        var bare = new Load(Connections, _ => anchors.CommitOnlyAsync());
        yield return new LoadCase("ledger, 8 callers", "one function a transfer, as pgledger", Goal.AtLeast(1.8), Transfers(8), pgledger);
        yield return new LoadCase("ledger, 8 callers", "SELECT FOR UPDATE, a transaction a transfer", null, Transfers(8), locked);
        yield return new LoadCase("ledger, 8 callers", "a row and a commit each", Goal.AtLeast(0.6), Transfers(8), bare);
        yield return new LoadCase("ledger, 8 callers", "the rows of 8 transfers a commit, nothing decided", null, Transfers(8), Rows(8));
        yield return new LoadCase("ledger, 1 caller", "one function a transfer, as pgledger", null, Transfers(1), new Load(1, pgledger.One));
        yield return new LoadCase("ledger, 512 callers", "one function a transfer, as pgledger", Goal.AtLeast(15), Transfers(512), pgledger);
        yield return new LoadCase("ledger, 512 callers", "SELECT FOR UPDATE, a transaction a transfer", null, Transfers(512), locked);
        yield return new LoadCase("ledger, 512 callers", "the rows of 256 transfers a commit, nothing decided", null, Transfers(512), Rows(256));
        Await(ledger.DisposeAsync().AsTask());

        Load Rows(int transfers) => new(1, _ => anchors.WriteRowsAsync(transfers), transfers);

        Load Transfers(int callers) => new(callers, async _ =>
        {
            var result = await ledger.ExecuteAsync(LedgerRequest.Transfer(RequestKey.New(), From(out var to), to, new Money(1, s_euro)));
            if (!result.IsDone)
                throw new InvalidOperationException($"A transfer was answered {result}.");
        });

        static long From(out long to)
        {
            var from = Random.Shared.Next(Accounts);
            to = 1 + ((from + 1 + Random.Shared.Next(Accounts - 1)) % Accounts);
            return 1 + from;
        }
    }

    private static IEnumerable<BenchCase> LimiterCases(NpgsqlDataSource source, PostgresAnchors anchors)
    {
        Await(PostgresRateLimit.CreateSchemaAsync(source));
        var options = new PostgresRateLimitOptions { PermitsPerPeriod = 1_000_000, Period = TimeSpan.FromSeconds(1), Burst = 1_000_000 };
        var limit = new PostgresRateLimit(source, options);
        var leased = new LeasedRateLimit(limit);
        var refusing = new PostgresRateLimit(source, new PostgresRateLimitOptions { PermitsPerPeriod = 1, Period = TimeSpan.FromDays(1), Burst = 1 });
        _ = Await(refusing.AcquireAsync("refused").AsTask());
        var oneByOne = Grants(async key => (await limit.AcquireAsync(key)).IsAllowed);
        yield return new LoadCase("limit, 64 keys, 8 callers", "SELECT FOR UPDATE and UPDATE", null, oneByOne, Grants(key => anchors.LockedPermitAsync(key, 1e6, 1e6)));
        yield return new LoadCase("limit, leases of 10, 64 keys, 8 callers", "a statement each", Goal.AtLeast(8), Grants(async key => (await leased.AcquireAsync(key)).IsAllowed), oneByOne);
        yield return new LoadCase("limit, a refused key, 8 callers", "a statement each", null, new Load(Connections, async _ => await refusing.AcquireAsync("refused")), oneByOne);
        Await(leased.DisposeAsync().AsTask());

        static Load Grants(Func<string, Task<bool>> acquire) => new(Connections, async _ =>
        {
            if (!await acquire($"key {Random.Shared.Next(64)}"))
                throw new InvalidOperationException("A permit was refused.");
        });
    }

    private static IEnumerable<BenchCase> CacheCases(NpgsqlDataSource source, PostgresAnchors anchors)
    {
        Await(PostgresDistributedCache.CreateSchemaAsync(source));
        var (shared, payload, options) = (new PostgresDistributedCache(source), new byte[1000], new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromDays(1) });
        for (var i = 0; i < 1000; i++)
            Await(shared.SetAsync($"key {i}", payload, options));
        using var first = new ScalableCache<string, FirstLevelEntry>(new CacheOptions<string, FirstLevelEntry> { Capacity = 2000 });
        var hybrid = new PostgresHybridCache(source, first);
        Await(hybrid.CatchUpAsync());
        var get = new Load(Connections, async _ => Hit(await shared.GetAsync(Key())));
        yield return new LoadCase("cache, second level: get 1 kB, 8 callers", "SELECT by key", null, get, new Load(Connections, async _ => Hit(await anchors.CachedAsync(Key()))));
        yield return new LoadCase(
            "cache, second level: set 1 kB, 8 callers", "INSERT ON CONFLICT UPDATE, unlogged", null,
            new Load(Connections, _ => shared.SetAsync(Key(), payload, options)), new Load(Connections, _ => anchors.CacheAsync(Key(), payload)));
        yield return new LoadCase(
            "cache, both levels: hit, 8 callers", "second level: get", null,
            new Load(Connections, async _ => Hit(await hybrid.GetOrCreateAsync<byte[]>(Key(), _ => throw new InvalidOperationException("A miss.")))), get);
        Await(hybrid.DisposeAsync().AsTask());

        static string Key() => $"key {Random.Shared.Next(1000)}";

        static void Hit(byte[]? payload)
        {
            if (payload?.Length != 1000)
                throw new InvalidOperationException("A miss.");
        }
    }

    // A case begins and ends on the thread of the command, which has nothing else to do.
    private static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Await(Task task) => task.GetAwaiter().GetResult();
}
