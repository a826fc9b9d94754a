using Assay.Reference.PostgreSql.Ledger;
using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Ledger;

/// <summary>What the tests ask the tables themselves.</summary>
internal static class LedgerDatabase
{
    public static async Task<string> NewSchemaAsync(NpgsqlDataSource source)
    {
        var schema = SharedServer.NewSchema();
        await PostgresLedger.CreateSchemaAsync(source, schema, TestContext.Current.CancellationToken);
        return schema;
    }

    /// <summary>Every line of the view that must be empty.</summary>
    public static Task<List<string>> ViolationsAsync(NpgsqlDataSource source, string schema) =>
        QueryAsync(source, $"select coalesce(account::text, '-') || ': ' || problem from {SqlScript.Quoted(schema)}.violation");

    public static async Task<List<string>> QueryAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }
}
