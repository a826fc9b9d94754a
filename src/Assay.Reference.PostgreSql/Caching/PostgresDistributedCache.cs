using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Npgsql;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>
/// A cache of bytes in a table of PostgreSQL, as an <see cref="IDistributedCache"/>: shared by all processes, ended by the server's clock,
/// and empty after a crash of the server. A <see cref="PostgresHybridCache"/> over the same schema hears of what is written here.
/// </summary>
/// <remarks>
/// One statement an operation; reading an entry with a sliding expiration takes a second, which writes. Keys are at most 1,024 bytes of
/// UTF-8. Every member throws an <see cref="NpgsqlException"/> when the server cannot be reached.
/// </remarks>
public sealed class PostgresDistributedCache : IBufferDistributedCache
{
    private readonly CacheTable _table;
    private readonly int _maxPayload;

    /// <summary>Creates a cache over the tables that <see cref="CreateSchemaAsync"/> made.</summary>
    /// <param name="source">The database; not disposed with the cache.</param>
    /// <param name="options">Schema and limits; the default when null.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PostgresDistributedCache(NpgsqlDataSource source, PostgresCacheOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new PostgresCacheOptions();
        options.Validate();
        (_table, _maxPayload) = (new CacheTable(source, options), options.MaxPayload);
    }

    /// <summary>Makes the tables and functions, or brings the functions up to date. Safe to run in every process at its start.</summary>
    /// <param name="source">The database.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When they are there.</returns>
    public static Task CreateSchemaAsync(NpgsqlDataSource source, string schema = "assay_cache", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(schema);
        return SqlScript.RunAsync(source, schema, cancellationToken, "cache.sql");
    }

    /// <summary>Takes out what has expired and what removed tags have put out of date. Run it now and then, anywhere.</summary>
    /// <param name="most">The most rows of each kind in this one statement.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many rows it took; as many as asked for, or more, means that there may be others.</returns>
    public async Task<long> SweepAsync(int most = 1000, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        await using var command = _table.Sweep(most);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is too long or no text.</exception>
    public byte[]? Get(string key)
    {
        var id = CacheText.KeyOf(key);
        FoundPayload? found;
        using (var command = _table.LookUp(id))
        using (var reader = command.ExecuteReader())
            found = reader.Read() ? CacheTable.Found(reader) : null;
        if (found is { IsIdling: true })
            Touch(id);
        return found?.Payload;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is too long or no text.</exception>
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        var id = CacheText.KeyOf(key);
        var found = await _table.FindAsync(id, token).ConfigureAwait(false);
        return found?.Payload;
    }

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (Get(key) is not { } payload)
            return false;
        destination.Write(payload);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await GetAsync(key, token).ConfigureAwait(false) is not { } payload)
            return false;
        destination.Write(payload);
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key or the payload is too long.</exception>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        using var command = SetCommand(key, value, options);
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key or the payload is too long.</exception>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return CacheTable.RunAsync(SetCommand(key, value, options), token);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key or the payload is too long.</exception>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options)
    {
        using var command = SetCommand(key, InOnePiece(value), options);
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key or the payload is too long.</exception>
    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        new(CacheTable.RunAsync(SetCommand(key, InOnePiece(value), options), token));

    /// <inheritdoc/>
    /// <remarks>Only entries with a sliding expiration are written.</remarks>
    public void Refresh(string key) => Touch(CacheText.KeyOf(key));

    /// <inheritdoc/>
    /// <remarks>Only entries with a sliding expiration are written.</remarks>
    public Task RefreshAsync(string key, CancellationToken token = default) => CacheTable.RunAsync(_table.Touch(CacheText.KeyOf(key)), token);

    /// <inheritdoc/>
    /// <remarks>A load of the key that began before this, in any process, is not stored after it.</remarks>
    public void Remove(string key)
    {
        using var command = _table.Remove(CacheText.KeyOf(key));
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    /// <remarks>A load of the key that began before this, in any process, is not stored after it.</remarks>
    public Task RemoveAsync(string key, CancellationToken token = default) => CacheTable.RunAsync(_table.Remove(CacheText.KeyOf(key)), token);

    private void Touch(byte[] key)
    {
        using var command = _table.Touch(key);
        command.ExecuteNonQuery();
    }

    private NpgsqlCommand SetCommand(string key, ReadOnlyMemory<byte> payload, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var id = CacheText.KeyOf(key);
        if (payload.Length > _maxPayload)
            throw new ArgumentException($"The payload has {payload.Length} bytes, more than {_maxPayload}.", nameof(payload));
        return _table.Set(id, payload, new EntryEnd(options.AbsoluteExpiration, options.AbsoluteExpirationRelativeToNow, options.SlidingExpiration), []);
    }

    // Too long for the table is too long to be copied.
    private ReadOnlyMemory<byte> InOnePiece(ReadOnlySequence<byte> value)
    {
        if (value.Length > _maxPayload)
            throw new ArgumentException($"The payload has {value.Length} bytes, more than {_maxPayload}.", nameof(value));
        return value.IsSingleSegment ? value.First : value.ToArray();
    }
}
