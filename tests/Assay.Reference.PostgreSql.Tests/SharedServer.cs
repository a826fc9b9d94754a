using Npgsql;

namespace Assay.Reference.PostgreSql.Tests;

/// <summary>One server for the tests that leave it running; each has a schema of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static int s_schemas;

    public PostgresServer Server { get; private set; } = null!;

    public NpgsqlDataSource Source { get; private set; } = null!;

    /// <summary>Starts a server for one test, or skips the test where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.TryStartAsync(isDurable: false);
        Assert.SkipWhen(server is null, "PostgreSQL is not installed: apt-get install postgresql.");
        return server!;
    }

    /// <summary>A name with everything in it that ends something in SQL.</summary>
    public static string NewSchema() => $"o'test {Interlocked.Increment(ref s_schemas)} \"quoted\" $$ \\ $body$\n-- ;";

    public async ValueTask InitializeAsync()
    {
        Server = await StartAsync();
        Source = Server.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Server.DisposeAsync();
    }
}
