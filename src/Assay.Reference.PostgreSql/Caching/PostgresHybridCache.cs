using Assay.Reference.Caching;
using Microsoft.Extensions.Caching.Hybrid;
using Npgsql;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>
/// A <see cref="HybridCache"/> of two levels: values in this process, and payloads in PostgreSQL that all processes share. Removals and
/// writes of one process reach the first level of the others by NOTIFY.
/// </summary>
/// <remarks>
/// <para>The first level is believed only while it is proven that every removal is heard of: after a lost connection all of it is out of
/// date, and a connection that has died silently is noticed within <see cref="PostgresCacheOptions.MaxStaleness"/>. A removal in one
/// process is seen in the others as soon as its notification arrives, and by then at the latest.</para>
/// <para>A load that began before a removal or a write of its key, in any process, is not stored after it; a load of more than five
/// minutes is not stored in the second level. One load runs for a key in each process.</para>
/// <para>Reads survive the loss of the database: they then load for themselves. Writes and removals do not, and throw.</para>
/// <para>Values of the first level are shared, not copied: cache what nobody changes. The tag <c>*</c> removes everything.</para>
/// </remarks>
public sealed class PostgresHybridCache : HybridCache, IAsyncDisposable
{
    private const HybridCacheEntryFlags NoLocalRead = HybridCacheEntryFlags.DisableLocalCacheRead;
    private const HybridCacheEntryFlags NoLocalWrite = HybridCacheEntryFlags.DisableLocalCacheWrite;
    private const HybridCacheEntryFlags NoSharedRead = HybridCacheEntryFlags.DisableDistributedCacheRead;
    private const HybridCacheEntryFlags NoSharedWrite = HybridCacheEntryFlags.DisableDistributedCacheWrite;
    private const HybridCacheEntryFlags NoFactory = HybridCacheEntryFlags.DisableUnderlyingData;

    private readonly FirstLevel _first;
    private readonly SecondLevel _second;

    /// <summary>Creates a cache over the tables that <see cref="PostgresDistributedCache.CreateSchemaAsync"/> made, and begins to listen.</summary>
    /// <param name="source">The database; not disposed with the cache. One connection of it is used for as long as this lives.</param>
    /// <param name="first">The first level; it stays its owner's, who disposes it.</param>
    /// <param name="options">Schema, limits and clock; the default when null.</param>
    /// <param name="listenOn">
    /// Where to listen, when not on <paramref name="source"/>: LISTEN needs a connection of its own, which a pooler between transactions does not give.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PostgresHybridCache(
        NpgsqlDataSource source, BoundedCache<string, FirstLevelEntry> first, PostgresCacheOptions? options = null, NpgsqlDataSource? listenOn = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(first);
        options ??= new PostgresCacheOptions();
        options.Validate();
        var table = new CacheTable(source, options);
        _second = new SecondLevel(table, options);
        _first = new FirstLevel(first, listenOn ?? source, options, table.Channel);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key or the tags are too long or no text.</exception>
    /// <exception cref="InvalidOperationException">The first level holds a value of another type.</exception>
    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var flags = options?.Flags ?? HybridCacheEntryFlags.None;
        if (!flags.HasFlag(NoLocalRead) && _first.TryGet(key, out var present))
            return new ValueTask<T>(Cast<T>(present));
        var load = new Load<TState, T>(CacheText.KeyOf(key), state, factory, CacheText.TagsOf(tags), _second.LivesOf(options), flags);
        return (flags & (NoLocalWrite | NoFactory)) == 0
            ? SharedLoadAsync(key, load, cancellationToken)
            : LoadAloneAsync(load, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The first level forgets the key, and reads it from the second at the next question: another process may write at the same time.</remarks>
    /// <exception cref="ArgumentException">The key, a tag or the payload is too long.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached.</exception>
    public override async ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var (id, all, lives, flags) = (CacheText.KeyOf(key), CacheText.TagsOf(tags), _second.LivesOf(options), options?.Flags ?? HybridCacheEntryFlags.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (flags.HasFlag(NoSharedWrite))
        {
            var now = _first.Now;
            if (!flags.HasFlag(NoLocalWrite))
                _first.Set(key, new FirstLevelEntry(value, all, now, now.At, lives.Local), lives.Local);
            return;
        }

        try
        {
            await _second.SetAsync(id, value, lives, all, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also after a failure, which may have come after the commit.
            _first.Drop(key);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NpgsqlException">The server cannot be reached: other processes may still have the value.</exception>
    public override async ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        var id = CacheText.KeyOf(key);
        try
        {
            await _second.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _first.Drop(key);
        }
    }

    /// <inheritdoc/>
    /// <remarks>O(1): entries with the tag are out of date, and taken out by <see cref="PostgresDistributedCache.SweepAsync"/>.</remarks>
    /// <exception cref="NpgsqlException">The server cannot be reached: other processes may still have the values.</exception>
    public override async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        CacheText.TagToRemove(tag);
        try
        {
            await _second.RemoveTagAsync(tag, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _first.DropTag(tag);
        }
    }

    /// <summary>
    /// Waits until every removal and write has been heard of that any process completed before this call: a read after it sees them all.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, which lasts for as long as the server cannot be reached.</param>
    /// <returns>When it is so.</returns>
    public Task CatchUpAsync(CancellationToken cancellationToken = default) => _first.CatchUpAsync(cancellationToken);

    /// <summary>Stops listening.</summary>
    /// <returns>When its connection is closed.</returns>
    public ValueTask DisposeAsync() => _first.DisposeAsync();

    private async ValueTask<T> SharedLoadAsync<TState, T>(string key, Load<TState, T> load, CancellationToken cancellationToken)
    {
        // Whoever does not want what is there does not want a load that is under way either.
        if (load.Flags.HasFlag(NoLocalRead))
            _first.Drop(key);
        var entry = await _first.LoadAsync(key, (_, load, token) => RunAsync(load, token), load, load.Lives.Local, cancellationToken).ConfigureAwait(false);
        return Cast<T>(entry);
    }

    private async ValueTask<FirstLevelEntry> RunAsync<TState, T>(Load<TState, T> load, CancellationToken cancellationToken)
    {
        var began = _first.Now;
        if (!load.Flags.HasFlag(NoSharedRead) && await _second.TryFindAsync(load.Key, cancellationToken).ConfigureAwait(false) is { } found)
        {
            // From the question on: the server counted what is left no earlier.
            var life = found.Left < load.Lives.Local ? found.Left : load.Lives.Local;
            return new FirstLevelEntry(_second.Read<T>(found), found.Tags, began, began.At, life);
        }

        var value = await CreateAsync(load, cancellationToken).ConfigureAwait(false);
        return new FirstLevelEntry(value.Value, load.Tags, began, value.At, load.Lives.Local);
    }

    // What is not to be kept here is nobody else's affair: no load is shared.
    private async ValueTask<T> LoadAloneAsync<TState, T>(Load<TState, T> load, CancellationToken cancellationToken)
    {
        if (!load.Flags.HasFlag(NoSharedRead) && await _second.TryFindAsync(load.Key, cancellationToken).ConfigureAwait(false) is { } found)
            return _second.Read<T>(found);
        if (load.Flags.HasFlag(NoFactory))
            return default!;
        return (await CreateAsync(load, cancellationToken).ConfigureAwait(false)).Value;
    }

    private async ValueTask<(T Value, long At)> CreateAsync<TState, T>(Load<TState, T> load, CancellationToken cancellationToken)
    {
        // Before the factory reads anything.
        var ticket = load.Flags.HasFlag(NoSharedWrite) ? null : await _second.TryBeginAsync(cancellationToken).ConfigureAwait(false);
        var value = await load.Factory(load.State, cancellationToken).ConfigureAwait(false);
        var at = _first.Timestamp;
        if (ticket is { } taken)
            await _second.TryStoreAsync(load.Key, value, load.Lives.Shared, load.Tags, taken, cancellationToken).ConfigureAwait(false);
        return (value, at);
    }

    private static T Cast<T>(FirstLevelEntry entry) => entry.Value switch
    {
        T value => value,
        null when default(T) is null => default!,
        var other => throw new InvalidOperationException($"The key holds a {other?.GetType().Name ?? "null"}, not a {typeof(T).Name}."),
    };

    private sealed record Load<TState, T>(
        byte[] Key, TState State, Func<TState, CancellationToken, ValueTask<T>> Factory, string[] Tags, EntryLives Lives, HybridCacheEntryFlags Flags);
}
