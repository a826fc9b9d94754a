using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Caching;

/// <summary>A bounded cache of values by key. Safe for concurrent use.</summary>
/// <typeparam name="TKey">The key. It must not change while it is in the cache, and long keys are kept whole.</typeparam>
/// <typeparam name="TValue">The value; null is a value like any other.</typeparam>
public interface ICache<TKey, TValue>
    where TKey : notnull
{
    /// <summary>The entries held; entries that have expired count until they are cleaned up.</summary>
    int Count { get; }

    /// <summary>Reads a value that has not expired.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; the type's default on a miss.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value);

    /// <summary>Adds or replaces a value. A load of the key that has begun keeps its callers, but its value is not stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="terms">How long it lives; the cache's terms when null.</param>
    /// <returns>Whether it is in the cache now: false when it weighs more than the whole cache.</returns>
    bool Set(TKey key, TValue value, EntryTerms? terms = null);

    /// <summary>Reads a value or makes it: one factory runs for a key at a time, and everybody who asks meanwhile waits for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value, on the thread of the first caller. Its exception reaches all who wait and is not kept.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">The factory asks, directly or through others, for the key it is loading.</exception>
    TValue GetOrAdd(TKey key, Func<TKey, TValue> factory);

    /// <summary>As <see cref="GetOrAdd"/>, without blocking.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Makes the value. Its token is cancelled when nobody waits any more; a single caller's token never reaches it.
    /// </param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">The factory asks, directly or through others, for the key it is loading.</exception>
    ValueTask<TValue> GetOrAddAsync(
        TKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default);

    /// <summary>Removes a key. The value of a load that has begun is not stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value it had, if it had not expired.</param>
    /// <returns>Whether there was one that had not expired.</returns>
    bool TryRemove(TKey key, [MaybeNullWhen(false)] out TValue value);

    /// <summary>Removes everything. The values of loads that have begun are not stored.</summary>
    void Clear();
}
