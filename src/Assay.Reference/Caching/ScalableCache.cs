using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Caching;

/// <summary>
/// A cache for many readers: reading takes no lock and writes nothing but a mark of two bits, and the eviction policy keeps what is
/// asked for often rather than what was asked for last. Writes take one lock.
/// </summary>
/// <remarks>
/// <para>The policy is of the S3-FIFO family (Yang et al., SOSP 2023) with the admission sketch of TinyLFU (Einziger, Friedman and Manes
/// 2017) and a small queue whose share follows the hit rate. Capacity, weights, times to live and loads are those of
/// <see cref="LruTtlCache{TKey, TValue}"/>, and as exact; only which entry makes room is left to the policy.</para>
/// <para>Unless it is given a clock it measures times to live with <see cref="CoarseClock"/>, so that a value may be read up to 16 ms
/// after its expiry. Once an entry with an idle timeout was stored, reads take the lock.</para>
/// </remarks>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value; of any size, readers never see one half written.</typeparam>
public sealed class ScalableCache<TKey, TValue> : BoundedCache<TKey, TValue>
    where TKey : notnull
{
    private readonly SlotTable<TKey, TValue> _table;
    private readonly StripedCounter _hits;
    private readonly StripedCounter _misses = new();

    /// <summary>Creates an empty cache of entries that weigh one each.</summary>
    /// <param name="capacity">The most entries; positive.</param>
    /// <param name="timeToLive">How long an entry lives; positive; for ever when null.</param>
    /// <param name="clock">The source of timestamps; the system's coarse one when null.</param>
    /// <exception cref="ArgumentException">A number or time is not positive.</exception>
    public ScalableCache(int capacity, TimeSpan? timeToLive = null, TimeProvider? clock = null)
        : this(new CacheOptions<TKey, TValue> { Capacity = capacity, Terms = new EntryTerms(timeToLive), Clock = clock })
    {
    }

    /// <summary>Creates an empty cache.</summary>
    /// <param name="options">Capacity, weights, times and callbacks.</param>
    /// <exception cref="ArgumentException">The options contradict themselves or a number or time is not positive.</exception>
    public ScalableCache(CacheOptions<TKey, TValue> options)
        : this(options, new StripedCounter())
    {
    }

    private ScalableCache(CacheOptions<TKey, TValue> options, StripedCounter hits)
        : base(options, new SmallMainPolicy(options?.Capacity ?? 0, () => hits.Sum), CoarseClock.Instance) =>
        (_table, _hits) = (Store.Table, hits);

    private protected override long Hits => _hits.Sum;

    private protected override long LockFreeMisses => _misses.Sum;

    /// <inheritdoc/>
    public override bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) =>
        TryRead(key, _table.HashOf(key), countsMiss: true, out value, out _);

    private protected override bool TryRead(
        TKey key, uint hash, bool countsMiss, [MaybeNullWhen(false)] out TValue value, out long left)
    {
        if (Store.HasIdleTimeouts)
            return TryReadLocked(key, hash, countsMiss, out value, out left);
        if (_table.TryRead(key, hash, out var read, out var expiresAt) >= 0)
        {
            (value, left) = (read!, expiresAt);
            // The clock is read only for entries that end.
            if (expiresAt == CacheTime.Never || (left = expiresAt - Time.Now()) > 0)
            {
                _hits.Increment();
                return true;
            }

            // Another value may have come between reading this one and reading the clock: only the lock knows.
            return TryReadLocked(key, hash, countsMiss, out value, out left);
        }

        (value, left) = (default, 0);
        if (countsMiss)
            _misses.Increment();
        return false;
    }

    private protected override void CountHit() => _hits.Increment();

    private bool TryReadLocked(TKey key, uint hash, bool countsMiss, [MaybeNullWhen(false)] out TValue value, out long left)
    {
        lock (Gate)
        {
            var (slot, now) = (_table.Find(key, hash), Time.Advance());
            if (slot >= 0 && Store.IsFresh(slot, now))
            {
                Store.Use(slot, now);
                _hits.Increment();
                (value, left) = (_table.At(slot).Value, _table.At(slot).ExpiresAt - now);
                return true;
            }

            if (countsMiss)
                _misses.Increment();
            (value, left) = (default, 0);
            return false;
        }
    }
}
