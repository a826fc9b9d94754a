using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>When an entry ends, on the server's clock: the first of these. Without any, the cache's own time to live.</summary>
internal readonly record struct EntryEnd(DateTimeOffset? At, TimeSpan? Life, TimeSpan? Idle);

/// <summary>A payload that was there, and how long the server will keep it.</summary>
internal sealed record FoundPayload(byte[] Payload, TimeSpan Left, bool IsIdling, string[] Tags);

/// <summary>What a load took before it began, and shows when it stores its value.</summary>
internal readonly record struct LoadTicket(Guid Epoch, long Version, DateTime At);

/// <summary>The commands over the table. Their callers run them, waiting or not.</summary>
internal sealed class CacheTable
{
    // The server's intervals and instants end long before those of a TimeSpan.
    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(36_500);

    private readonly NpgsqlDataSource _source;
    private readonly TimeSpan _life;
    private readonly string _lookUp;
    private readonly string _idle;
    private readonly string _schema;

    public CacheTable(NpgsqlDataSource source, PostgresCacheOptions options)
    {
        (_source, _life, _schema) = (source, options.TimeToLive, SqlScript.Quoted(options.Schema));
        // The name of a channel is at most 63 bytes, that of a schema can be any.
        Channel = "assay_cache_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Schema)).AsSpan(0, 16));
        _lookUp =
            $"""
            select e.payload, (extract(epoch from e.expires - clock_timestamp()) * 1000000)::bigint, e.idle is not null, e.tags
            from {_schema}.entry e
            where e.key = $1 and e.payload is not null and e.expires > clock_timestamp()
            and not exists (select 1 from {_schema}.removed_tag t where t.tag = any (array_append(e.tags, '*')) and t.version > e.version)
            """;
        _idle =
            $"""
            update {_schema}.entry set expires = least(last_expiry, clock_timestamp() + idle * interval '1 microsecond')
            where key = $1 and idle is not null and payload is not null and expires > clock_timestamp()
            """;
    }

    /// <summary>Where removals are told.</summary>
    public string Channel { get; }

    public NpgsqlCommand LookUp(byte[] key) => Command(_lookUp, Of(key));

    public static FoundPayload Found(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<byte[]>(0), TimeSpan.FromMicroseconds(reader.GetInt64(1)), reader.GetBoolean(2), reader.GetFieldValue<string[]>(3));

    /// <summary>Lets the idle timeout begin anew.</summary>
    public NpgsqlCommand Touch(byte[] key) => Command(_idle, Of(key));

    public NpgsqlCommand Set(byte[] key, ReadOnlyMemory<byte> payload, EntryEnd end, string[] tags) => Command(
        $"select {_schema}.set_entry($1, $2, $3, $4, $5, $6, $7)",
        Of(key), Of(payload), new NpgsqlParameter { Value = (object?)end.At?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        OfTime(LifeOf(end)), OfTime(end.Idle), Of(tags), OfText(Channel));

    public NpgsqlCommand Remove(byte[] key) => Command($"select {_schema}.remove_entry($1, $2)", Of(key), OfText(Channel));

    public NpgsqlCommand RemoveTag(string tag) => Command($"select {_schema}.remove_tag($1, $2)", OfText(tag), OfText(Channel));

    public NpgsqlCommand BeginLoad() => Command($"select epoch, version, at from {_schema}.begin_load()");

    public static LoadTicket Ticket(NpgsqlDataReader reader) => new(reader.GetGuid(0), reader.GetInt64(1), reader.GetDateTime(2));

    public NpgsqlCommand StoreLoaded(byte[] key, ReadOnlyMemory<byte> payload, TimeSpan? life, string[] tags, LoadTicket ticket) => Command(
        $"select {_schema}.store_loaded($1, $2, $3, $4, $5, $6, $7)",
        Of(key), Of(payload), OfTime(life ?? _life), Of(tags),
        new NpgsqlParameter<Guid> { TypedValue = ticket.Epoch }, new NpgsqlParameter<long> { TypedValue = ticket.Version },
        new NpgsqlParameter { Value = ticket.At, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    public NpgsqlCommand Sweep(int most) => Command($"select {_schema}.sweep($1)", new NpgsqlParameter<int> { TypedValue = most });

    /// <summary>Looks a key up, and lets its idle timeout begin anew if it has one.</summary>
    public async Task<FoundPayload?> FindAsync(byte[] key, CancellationToken cancellationToken)
    {
        FoundPayload? found;
        await using (var command = LookUp(key))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            found = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Found(reader) : null;
        if (found is { IsIdling: true })
            await RunAsync(Touch(key), cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>Runs a command that answers nothing, and disposes it.</summary>
    public static async Task RunAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var owned = command;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private TimeSpan? LifeOf(EntryEnd end) => end is { At: null, Life: null, Idle: null } ? _life : end.Life;

    private NpgsqlCommand Command(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = _source.CreateCommand(text);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<byte[]> Of(byte[] bytes) => new() { TypedValue = bytes };

    private static NpgsqlParameter<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> bytes) => new() { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static NpgsqlParameter<string[]> Of(string[] texts) => new() { TypedValue = texts };

    private static NpgsqlParameter<string> OfText(string text) => new() { TypedValue = text };

    // Microseconds; at least one, for a life that was given is not none.
    private static NpgsqlParameter OfTime(TimeSpan? time) => new()
    {
        Value = time is { } given ? Math.Max(1, (given < s_longestLife ? given : s_longestLife).Ticks / TimeSpan.TicksPerMicrosecond) : DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.Bigint,
    };
}
