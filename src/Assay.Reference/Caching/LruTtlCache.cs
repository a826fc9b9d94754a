using System.Diagnostics.CodeAnalysis;

namespace Assay.Reference.Caching;

/// <summary>
/// An exact cache: the entry used longest ago makes room, a value is never read at or after its expiry, and the weight held is never
/// above the capacity. Every operation takes one lock and O(1) time; O(log n) where entries have times to live.
/// </summary>
/// <remarks>
/// Entries, hash table and order of use stand in arrays that grow to the capacity, so that steady use allocates nothing. Reads move an
/// entry to the front and so take the lock as well: for many readers at once see <see cref="ScalableCache{TKey, TValue}"/>.
/// </remarks>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public sealed class LruTtlCache<TKey, TValue> : BoundedCache<TKey, TValue>
    where TKey : notnull
{
    // The store's own policy, known by its type: a hit is too short for an interface call.
    private readonly LruPolicy _policy;
    private long _hits;

    /// <summary>Creates an empty cache of entries that weigh one each.</summary>
    /// <param name="capacity">The most entries; positive.</param>
    /// <param name="timeToLive">How long an entry lives; positive; for ever when null.</param>
    /// <param name="clock">The source of timestamps; the system's when null.</param>
    /// <exception cref="ArgumentException">A number or time is not positive.</exception>
    public LruTtlCache(int capacity, TimeSpan? timeToLive = null, TimeProvider? clock = null)
        : this(new CacheOptions<TKey, TValue> { Capacity = capacity, Terms = new EntryTerms(timeToLive), Clock = clock })
    {
    }

    /// <summary>Creates an empty cache.</summary>
    /// <param name="options">Capacity, weights, times and callbacks.</param>
    /// <exception cref="ArgumentException">The options contradict themselves or a number or time is not positive.</exception>
    public LruTtlCache(CacheOptions<TKey, TValue> options)
        : this(options, new LruPolicy())
    {
    }

    private LruTtlCache(CacheOptions<TKey, TValue> options, LruPolicy policy)
        : base(options, policy, TimeProvider.System) => _policy = policy;

    private protected override long Hits => _hits;

    /// <inheritdoc/>
    public override bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) =>
        TryRead(key, Store.Table.HashOf(key), countsMiss: true, out value, out _);

    private protected override bool TryRead(
        TKey key, uint hash, bool countsMiss, [MaybeNullWhen(false)] out TValue value, out long left)
    {
        using (Gate.Enter())
        {
            var slot = Store.Table.Find(key, hash);
            if (slot >= 0)
            {
                ref var entry = ref Store.Table.At(slot);
                // The clock is read only for entries that end, and within the lock: an entry is not seen alive by one reader after it
                // was seen dead by another.
                var now = entry.ExpiresAt == CacheTime.Never ? 0 : Time.Advance();
                if (now < entry.ExpiresAt)
                {
                    _policy.Used(slot);
                    if (Store.HasIdleTimeouts)
                        Store.Use(slot, now);
                    _hits++;
                    (value, left) = (entry.Value, entry.ExpiresAt == CacheTime.Never ? CacheTime.Never : entry.ExpiresAt - now);
                    return true;
                }
            }

            if (countsMiss)
                CountMiss();
        }

        (value, left) = (default, 0);
        return false;
    }

    private protected override void CountHit() => _hits++;
}
