using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

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
/// after its expiry. Once an entry with an idle timeout was stored, reads of entries that end take the lock.</para>
/// </remarks>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value; of any size, readers never see one half written.</typeparam>
public sealed class ScalableCache<TKey, TValue> : BoundedCache<TKey, TValue>
    where TKey : notnull
{
    private readonly SlotTable<TKey, TValue, Unscheduled> _table;

    // Not readonly: it is a struct that counts.
    private RequestCounter _requests;

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
        : this(options, new SmallMainPolicy(options?.Capacity ?? 0))
    {
    }

    private ScalableCache(CacheOptions<TKey, TValue> options, SmallMainPolicy policy)
        : base(options, policy, CoarseClock.Of(TimeProvider.System))
    {
        _table = Store.Table;
        policy.Hits = () => _requests.Hits;
    }

    private protected override long Hits => _requests.Hits;

    private protected override long LockFreeMisses => _requests.Misses;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        // What is inlined calls nothing and hands out no addresses, so that the caller keeps everything in registers.
        if (_table.TryReadSettled(key, out var settled, out var look) && _requests.TryHit())
        {
            value = settled!;
            return true;
        }

        var (isFound, found) = TryGetOther(key, settled, look);
        value = found;
        return isFound;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (bool IsFound, TValue? Value) TryGetOther(TKey key, TValue? seen, SlotLook look) =>
        _table.TryReadEnd(key, look, out var expiresAt) && IsSurelyFresh(expiresAt, out _) && _requests.TryHit() ? (true, seen) : TryGetMarking(key);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (bool IsFound, TValue? Value) TryGetMarking(TKey key) =>
        (TryReadMarking(key, _table.HashOf(key), countsMiss: true, out var value, out _), value);

    private protected override bool TryRead(
        TKey key, uint hash, bool countsMiss, [MaybeNullWhen(false)] out TValue value, out long left)
    {
        var isSettled = _table.TryReadSettled(key, out var seen, out var look);
        left = CacheTime.Never;
        if ((isSettled || (_table.TryReadEnd(key, look, out var expiresAt) && IsSurelyFresh(expiresAt, out left))) && _requests.TryHit())
        {
            value = seen!;
            return true;
        }

        return TryReadMarking(key, hash, countsMiss, out value, out left);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadMarking(TKey key, uint hash, bool countsMiss, [MaybeNullWhen(false)] out TValue value, out long left)
    {
        if (_table.TryRead(key, hash, out var read, out var expiresAt) < 0 || !IsSurelyFresh(expiresAt, out left))
            return TryReadOther(key, hash, countsMiss, expiresAt, out value, out left);
        _requests.Hit();
        value = read!;
        return true;
    }

    private protected override void CountHit() => _requests.Hit();

    // What lives for ever needs no clock, and what has no idle timeout no lock.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsSurelyFresh(long expiresAt, out long left)
    {
        left = expiresAt;
        return expiresAt == CacheTime.Never || (!Store.HasIdleTimeouts && (left = expiresAt - Time.Now()) > 0);
    }

    private bool TryReadOther(
        TKey key, uint hash, bool countsMiss, long expiresAt, [MaybeNullWhen(false)] out TValue value, out long left)
    {
        // A read moves an idle timeout. And where this value has expired, another may have come between reading it and reading the
        // clock: only the lock knows.
        if (expiresAt != SlotTable<TKey, TValue, Unscheduled>.Missing)
            return TryReadLocked(key, hash, countsMiss, out value, out left);
        if (countsMiss)
            _requests.Miss();
        (value, left) = (default, 0);
        return false;
    }

    private bool TryReadLocked(TKey key, uint hash, bool countsMiss, [MaybeNullWhen(false)] out TValue value, out long left)
    {
        using (Gate.Enter())
        {
            var (slot, now) = (_table.Find(key, hash), Time.Advance());
            if (slot >= 0 && Store.IsFresh(slot, now))
            {
                Store.Use(slot, now);
                _requests.Hit();
                (value, left) = (_table.At(slot).Value, _table.At(slot).ExpiresAt - now);
                return true;
            }
        }

        if (countsMiss)
            _requests.Miss();
        (value, left) = (default, 0);
        return false;
    }
}
