namespace Assay.Reference.RateLimiting;

/// <summary>
/// A limit for each key, made on first use and dropped by <see cref="Sweep"/> once all its permits are available again, so that nobody
/// can tell a dropped limit from a kept one. Bounded in keys. Safe for concurrent use.
/// </summary>
/// <typeparam name="TKey">The key, such as a tenant. Long keys are kept whole: hash or bound what strangers choose.</typeparam>
public sealed class KeyedLimit<TKey>
    where TKey : notnull
{
    // The limit itself is what is kept for a key, and its end is part of its state: no lock and no second look around a decision.
    private readonly BoundedKeys<TKey, PermitLimit> _limits;

    /// <summary>Creates it without keys.</summary>
    /// <param name="create">
    /// Makes the limit of a new key, a new one each time. It may run for a key more than once; one result is used.
    /// </param>
    /// <param name="maxKeys">The most keys at once; a request for one more is rejected until a sweep has made room.</param>
    /// <param name="comparer">When two keys are one; the type's own equality when null. Names of tenants are often case-insensitive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxKeys"/> is not positive.</exception>
    public KeyedLimit(Func<TKey, PermitLimit> create, int maxKeys, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        _limits = new BoundedKeys<TKey, PermitLimit>(key => Made(create(key)), static limit => limit.TryRetire(limit.Now), maxKeys, comparer);
    }

    /// <summary>The keys whose state is kept.</summary>
    public int Count => _limits.Count;

    /// <summary>Takes permits of a key's limit if they are available now.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many; zero is a probe.</param>
    /// <returns>The decision; with <see cref="PermitLimit.UnknownTicks"/> to retry when there is no room for the key.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative or more than the limit's capacity.</exception>
    public Decision TryAcquire(TKey key, int permits = 1) => TryAcquire(key, permits, out _);

    /// <summary>What <see cref="TryAcquire(TKey, int)"/> would answer. It leaves no trace: a new key takes no room.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many; zero asks for one.</param>
    /// <returns>The decision, with the permits that remain as long as nobody takes them.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative or more than the limit's capacity.</exception>
    public Decision Peek(TKey key, int permits = 1)
    {
        while (_limits.TryFind(key, out var limit))
        {
            var decision = limit.Peek(permits, limit.Now);
            if (!decision.IsRetired)
                return decision;
            _limits.Forget(key, limit);
        }

        var fresh = _limits.Make(key);
        return fresh.Peek(permits, fresh.Now);
    }

    /// <summary>
    /// Changes the limits of all keys, new ones included: of each key in one step, of one key after another. When it returns, nothing is
    /// decided by the old ones. What a change means is told at <see cref="PermitLimit.ChangeTo"/>.
    /// </summary>
    /// <param name="create">Makes the limit whose numbers count for a key; of the same kind as before. It may run for a key more than once.</param>
    /// <exception cref="ArgumentException">A key's limit would be of another kind, or on another clock. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">A limit that was made cannot be used here at all. Nothing has changed.</exception>
    public void ChangeTo(Func<TKey, PermitLimit> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _limits.Change(key => Made(create(key)), static changes =>
        {
            foreach (var (limit, terms) in changes)
                limit.ThrowIfNoTerms(terms);
            foreach (var (limit, terms) in changes)
                limit.TakeOver(terms, limit.Now);
        });
    }

    /// <summary>Drops the limits whose permits are all available. Call it now and then, from one timer.</summary>
    /// <returns>How many were dropped.</returns>
    public int Sweep() => _limits.Sweep();

    /// <summary>As the public one; also tells the limit that decided, null when there was no room.</summary>
    internal Decision TryAcquire(TKey key, int permits, out PermitLimit? limit)
    {
        while (_limits.TryGet(key, out limit))
        {
            var decision = limit.Ask(permits, limit.Now);
            if (decision.RetryAfterTicks >= 0)
                return decision;
            if (decision.IsImpossible)
                limit.ThrowNeverPossible(permits);
            // A limit dropped between the look-up and here is no longer the key's: it decides nothing, and there is a new one to ask.
            _limits.Forget(key, limit);
        }

        return new Decision(false, PermitLimit.UnknownTicks, 0);
    }

    private static PermitLimit Made(PermitLimit limit)
    {
        if (limit.ReturnsPermits)
            throw new InvalidOperationException("Permits that are held must be returned to a limit that is not dropped: use a limit over time.");
        return limit;
    }
}
