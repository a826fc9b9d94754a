using Npgsql;

namespace Assay.Reference.PostgreSql.Tests.Mutants;

/// <summary>A known way to write a script wrongly: an edit of it, which a property must notice.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Find">What the script says; found once.</param>
/// <param name="Replace">What it says instead.</param>
public sealed record SqlMutant(string Name, string Find, string Replace)
{
    public override string ToString() => Name;

    /// <summary>Makes a schema by the edited script.</summary>
    internal async Task ApplyAsync(NpgsqlDataSource source, string script, string schema)
    {
        var text = SqlScript.Read(script);
        Assert.Equal(2, text.Split(Find).Length);
        await using var command = source.CreateCommand(SqlScript.For(schema, text.Replace(Find, Replace, StringComparison.Ordinal)));
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
