using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.RateLimiting;

/// <summary>What the tests do to the tables themselves.</summary>
internal static class LimiterDatabase
{
    public static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
