using Npgsql;

namespace Assay.Reference.PostgreSql;

/// <summary>A script of this assembly that makes the tables and functions of a component in a schema.</summary>
internal static class SqlScript
{
    // Two processes that start at once must not create the same table: creation is not atomic against itself.
    private const long SetupLock = 0x4173736179;

    /// <summary>The name as an identifier, whatever characters it has.</summary>
    public static string Quoted(string schema) => "\"" + schema.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static async Task RunAsync(NpgsqlDataSource source, string script, string schema, CancellationToken cancellationToken)
    {
        var text = Read(script).Replace("{schema}", Quoted(schema), StringComparison.Ordinal);
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand($"select pg_advisory_xact_lock({SetupLock});" + text, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static string Read(string script)
    {
        using var stream = typeof(SqlScript).Assembly.GetManifestResourceStream(script)
            ?? throw new InvalidOperationException($"The script {script} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
