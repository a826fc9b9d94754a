using Npgsql;

namespace Assay.Reference.PostgreSql;

/// <summary>Scripts of this assembly that make the tables and functions of a component in a schema.</summary>
internal static class SqlScript
{
    // Two processes that start at once must not create the same table: creation is not atomic against itself.
    private const long SetupLock = 0x4173736179;

    /// <summary>The name as an identifier, whatever characters it has.</summary>
    public static string Quoted(string schema) => "\"" + schema.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static async Task RunAsync(NpgsqlDataSource source, string schema, CancellationToken cancellationToken, params string[] scripts)
    {
        var text = For(schema, string.Concat(scripts.Select(Read)));
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand($"select pg_advisory_xact_lock({SetupLock});" + text, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A script with a schema's name put in. Scripts name it outside strings and comments only.</summary>
    internal static string For(string schema, string script)
    {
        // The bodies of functions end where their quotes do, and a name may have these in it.
        var quotes = "$body$";
        while (schema.Contains(quotes, StringComparison.Ordinal))
            quotes = quotes.Insert(1, "_");
        return script.Replace("$$", quotes, StringComparison.Ordinal).Replace("{schema}", Quoted(schema), StringComparison.Ordinal);
    }

    internal static string Read(string script)
    {
        using var stream = typeof(SqlScript).Assembly.GetManifestResourceStream(script)
            ?? throw new InvalidOperationException($"The script {script} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
