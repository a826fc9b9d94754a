using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Caching.Hybrid;

namespace Assay.Reference.Caching;

/// <summary>A value with its tags and the time its load began. Compared by identity: two loads of equal values are two entries.</summary>
/// <param name="value">The value.</param>
/// <param name="tags">The tags.</param>
/// <param name="birth">The removals of tags there had been.</param>
public sealed class TaggedValue(object? value, IReadOnlyCollection<string> tags, long birth)
{
    /// <summary>The value.</summary>
    public object? Value => value;

    internal IReadOnlyCollection<string> Tags => tags;

    internal long Birth => birth;
}

/// <summary>
/// A bounded cache as a <see cref="HybridCache"/> of one level: single flight, tags and flags, without a second level behind it.
/// </summary>
/// <remarks>
/// Values are shared, not copied: cache what nobody changes. A key has one type: asking for another is an
/// <see cref="InvalidOperationException"/>. The tag <c>*</c> removes everything.
/// </remarks>
/// <param name="cache">Holds the entries; it stays its owner's, who disposes it.</param>
public sealed class BoundedHybridCache(BoundedCache<string, TaggedValue> cache) : HybridCache
{
    private const HybridCacheEntryFlags NoRead = HybridCacheEntryFlags.DisableLocalCacheRead;
    private const HybridCacheEntryFlags NoWrite = HybridCacheEntryFlags.DisableLocalCacheWrite;
    private readonly TagClock _tags = new();

    /// <inheritdoc/>
    public override async ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var flags = options?.Flags ?? HybridCacheEntryFlags.None;
        if (!flags.HasFlag(NoRead) && TryGet(key, out var present))
            return Cast<T>(present);
        if (flags.HasFlag(HybridCacheEntryFlags.DisableUnderlyingData))
            return default!;
        var asked = _tags.Now;
        string[] all = [.. tags ?? []];
        // What is not to be read or kept is nobody else's affair either.
        if ((flags & (NoRead | NoWrite)) != 0)
        {
            var own = await factory(state, cancellationToken).ConfigureAwait(false);
            if (!flags.HasFlag(NoWrite))
                cache.Set(key, new TaggedValue(own, all, asked), TermsOf(options));
            return own;
        }

        while (true)
        {
            var entry = await cache.GetOrAddAsync(key, LoadAsync, (factory, state, all), TermsOf(options), cancellationToken).ConfigureAwait(false);
            // It may come from a load that began before a removal that this caller came after.
            if (!_tags.IsOutOfDate(entry.Tags, entry.Birth, asked))
                return Cast<T>(entry);
            cache.TryRemove(new KeyValuePair<string, TaggedValue>(key, entry));
        }

        async ValueTask<TaggedValue> LoadAsync(
            string _, (Func<TState, CancellationToken, ValueTask<T>> Factory, TState State, string[] Tags) load, CancellationToken token)
        {
            // Before the factory reads anything.
            var birth = _tags.Now;
            return new TaggedValue(await load.Factory(load.State, token).ConfigureAwait(false), load.Tags, birth);
        }
    }

    /// <inheritdoc/>
    public override ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (options?.Flags?.HasFlag(NoWrite) != true)
            cache.Set(key, new TaggedValue(value, [.. tags ?? []], _tags.Now), TermsOf(options));
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        cache.TryRemove(key, out _);
        return default;
    }

    /// <inheritdoc/>
    /// <remarks>O(1): entries with the tag are dropped when they are met. Loads under way are out of date as well.</remarks>
    public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        _tags.Remove(tag);
        return default;
    }

    private bool TryGet(string key, [NotNullWhen(true)] out TaggedValue? entry)
    {
        if (!cache.TryGet(key, out entry))
            return false;
        if (!_tags.IsOutOfDate(entry.Tags, entry.Birth))
            return true;
        // Only this one: a younger entry may have taken its key.
        cache.TryRemove(new KeyValuePair<string, TaggedValue>(key, entry));
        return false;
    }

    private static T Cast<T>(TaggedValue entry) => entry.Value switch
    {
        T value => value,
        null when default(T) is null => default!,
        var other => throw new InvalidOperationException($"The key holds a {other?.GetType().Name ?? "null"}, not a {typeof(T).Name}."),
    };

    // Of the two expirations the local one, if it is given: there is no other level.
    private static EntryTerms? TermsOf(HybridCacheEntryOptions? options) =>
        (options?.LocalCacheExpiration ?? options?.Expiration) is { } life ? new EntryTerms(life) : null;
}
