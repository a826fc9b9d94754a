using Microsoft.Extensions.Caching.Hybrid;
using Npgsql;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>How long an entry lives in each level.</summary>
internal readonly record struct EntryLives(TimeSpan Local, TimeSpan Shared);

/// <summary>The second level: values as payloads in the table. What a read can do without does not fail it; writes and removals must not be lost.</summary>
internal sealed class SecondLevel(CacheTable table, PostgresCacheOptions options)
{
    private const string TookTooLong = "AS001";

    private readonly CacheSerializers _serializers = new(options.Serializers);

    public EntryLives LivesOf(HybridCacheEntryOptions? entry)
    {
        var shared = entry?.Expiration ?? options.TimeToLive;
        var local = entry?.LocalCacheExpiration is { } own && own < shared ? own : shared;
        if (shared <= TimeSpan.Zero || local <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(entry), local, "Times to live are positive.");
        return new EntryLives(local, shared);
    }

    public T Read<T>(FoundPayload found) => _serializers.Read<T>(found.Payload);

    /// <summary>The payload; null when there is none, or none that can be reached.</summary>
    public async ValueTask<FoundPayload?> TryFindAsync(byte[] key, CancellationToken cancellationToken)
    {
        try
        {
            return await table.FindAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            options.ReadFailed?.Invoke(exception);
            return null;
        }
    }

    /// <summary>The ticket of a load that begins now; null when the server cannot be reached: its value is then not stored.</summary>
    public async ValueTask<LoadTicket?> TryBeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = table.BeginLoad();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? CacheTable.Ticket(reader) : null;
        }
        catch (NpgsqlException exception)
        {
            options.ReadFailed?.Invoke(exception);
            return null;
        }
    }

    /// <summary>Stores what a load brought, unless it is out of date, too large, or the server cannot be reached.</summary>
    public async ValueTask TryStoreAsync<T>(byte[] key, T value, TimeSpan life, string[] tags, LoadTicket ticket, CancellationToken cancellationToken)
    {
        // A null has no payload: the next process loads it again.
        if (value is null)
            return;
        var payload = _serializers.Write(value);
        if (payload.Length > options.MaxPayload)
            return;
        try
        {
            await CacheTable.RunAsync(table.StoreLoaded(key, payload, life, tags, ticket), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == TookTooLong)
        {
            // As if it had never been loaded.
        }
        catch (NpgsqlException exception)
        {
            options.ReadFailed?.Invoke(exception);
        }
    }

    public Task SetAsync<T>(byte[] key, T value, EntryLives lives, string[] tags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        var payload = _serializers.Write(value);
        if (payload.Length > options.MaxPayload)
            throw new ArgumentException($"The payload has {payload.Length} bytes, more than {options.MaxPayload}.", nameof(value));
        return CacheTable.RunAsync(table.Set(key, payload, new EntryEnd(null, lives.Shared, null), tags), cancellationToken);
    }

    public Task RemoveAsync(byte[] key, CancellationToken cancellationToken) => CacheTable.RunAsync(table.Remove(key), cancellationToken);

    public Task RemoveTagAsync(string tag, CancellationToken cancellationToken) => CacheTable.RunAsync(table.RemoveTag(tag), cancellationToken);
}
