namespace Assay.Reference.PostgreSql.Tests.Mutants;

/// <summary>Caches as they are often written.</summary>
internal static class CacheMutants
{
    public static SqlMutant LastWriterWins { get; } = new("a load stores over what is newer", "where e.version <= excluded.version;", ";");

    public static SqlMutant ForgottenRemoval { get; } = new(
        "a removal leaves nothing behind",
        "    perform {schema}.put(p_key, null, {schema}.next_version(), clock_timestamp(), null, null, '{}');",
        "    delete from {schema}.entry where key = p_key;");

    public static SqlMutant VersionOfTheStore { get; } = new(
        "an entry is as young as its store, not as its load",
        "put(p_key, p_payload, p_version, null, p_life, null, p_tags)",
        "put(p_key, p_payload, {schema}.next_version(), null, p_life, null, p_tags)");

    public static SqlMutant SilentRemoval { get; } = new(
        "a removal that nobody is told of",
        """
            perform {schema}.put(p_key, null, {schema}.next_version(), clock_timestamp(), null, null, '{}');
            perform pg_notify(p_channel, 'k' || encode(p_key, 'hex'));
        """,
        """
            perform {schema}.put(p_key, null, {schema}.next_version(), clock_timestamp(), null, null, '{}');
        """);

    public static SqlMutant SilentTag { get; } = new(
        "a removal of a tag that nobody is told of", "    perform pg_notify(p_channel, 't' || encode(convert_to(p_tag, 'UTF8'), 'hex'));", "");

    public static SqlMutant EndlessLoad { get; } = new(
        "a load of any age is stored", "if clock_timestamp() > p_at + {schema}.longest_load() then", "if false then");

    public static SqlMutant EagerSweep { get; } = new(
        "removed rows are swept at once", "where e.expires < instant - {schema}.longest_load()", "where e.expires <= instant");
}
