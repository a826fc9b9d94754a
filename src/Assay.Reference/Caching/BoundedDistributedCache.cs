using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace Assay.Reference.Caching;

/// <summary>
/// A cache of bytes as an <see cref="IDistributedCache"/>: for components that take one, on a single machine or in tests. Payloads are
/// copied in and out, so that nobody changes what others read.
/// </summary>
/// <param name="cache">Holds the entries; it stays its owner's, who disposes it. Weigh by length to bound the memory.</param>
/// <param name="clock">Turns instants of expiry into times to live; the system's when null.</param>
public sealed class BoundedDistributedCache(BoundedCache<string, byte[]> cache, TimeProvider? clock = null) : IBufferDistributedCache
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <inheritdoc/>
    public byte[]? Get(string key) => cache.TryGet(key, out var value) ? [.. value] : null;

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        token.IsCancellationRequested ? Task.FromCanceled<byte[]?>(token) : Task.FromResult(Get(key));

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!cache.TryGet(key, out var value))
            return false;
        destination.Write(value);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token) : new(TryGet(key, destination));

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The entry would be expired already.</exception>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(options);
        cache.Set(key, [.. value], TermsOf(options));
    }

    /// <inheritdoc/>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
            return Task.FromCanceled(token);
        Set(key, value, options);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        cache.Set(key, value.ToArray(), TermsOf(options));
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
            return ValueTask.FromCanceled(token);
        Set(key, value, options);
        return default;
    }

    /// <inheritdoc/>
    public void Refresh(string key) => cache.TryGet(key, out _);

    /// <inheritdoc/>
    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
            return Task.FromCanceled(token);
        Refresh(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Remove(string key) => cache.TryRemove(key, out _);

    /// <inheritdoc/>
    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
            return Task.FromCanceled(token);
        Remove(key);
        return Task.CompletedTask;
    }

    // The sooner of the two absolute ends; without either, and without a sliding one, the cache's own terms.
    private EntryTerms? TermsOf(DistributedCacheEntryOptions options)
    {
        var life = options.AbsoluteExpirationRelativeToNow;
        if (options.AbsoluteExpiration is { } instant)
        {
            // The only reading of the wall clock: the instant was given as one.
            var rest = instant - _clock.GetUtcNow();
            life = life is { } other && other < rest ? other : rest;
        }

        return life is null && options.SlidingExpiration is null ? null : new EntryTerms(life, options.SlidingExpiration);
    }
}
