namespace Assay.Reference.Caching;

/// <content>Loads: one factory for a key at a time.</content>
public abstract partial class BoundedCache<TKey, TValue>
{
    // Units of the clock; -1 for no refresh, so that nothing left is less.
    private readonly long _refreshAhead;
    private readonly long _retryAfter;

    /// <inheritdoc/>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAdd(key, static (key, factory) => factory(key), factory);
    }

    /// <summary>As <see cref="GetOrAdd(TKey, Func{TKey, TValue})"/>, with an argument instead of a closure.</summary>
    /// <typeparam name="TArgument">The argument.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="argument">Handed to the factory.</param>
    /// <param name="terms">How long the value lives; the cache's terms when null.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">The factory asks for the key it is loading, or the weight is not positive.</exception>
    /// <exception cref="ObjectDisposedException">The cache is disposed.</exception>
    public TValue GetOrAdd<TArgument>(TKey key, Func<TKey, TArgument, TValue> factory, TArgument argument, EntryTerms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var hash = Store.Table.HashOf(key);
        if (!TryRead(key, hash, countsMiss: false, out var value, out var left))
            return LoadOrWait(key, hash, factory, argument, LifetimeOf(terms));
        if (left <= _refreshAhead)
            Refresh(key, hash, (key, _) => new ValueTask<TValue>(factory(key, argument)), LifetimeOf(terms));
        return value;
    }

    /// <inheritdoc/>
    public ValueTask<TValue> GetOrAddAsync(
        TKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAddAsync(key, static (key, factory, token) => factory(key, token), factory, null, cancellationToken);
    }

    /// <summary>As the other, with an argument instead of a closure, and terms.</summary>
    /// <typeparam name="TArgument">The argument.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="argument">Handed to the factory.</param>
    /// <param name="terms">How long the value lives; the cache's terms when null.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">The factory asks for the key it is loading, or the weight is not positive.</exception>
    /// <exception cref="ObjectDisposedException">The cache is disposed.</exception>
    /// <exception cref="TimeoutException">The load took longer than <see cref="LoadOptions.Timeout"/>.</exception>
    public ValueTask<TValue> GetOrAddAsync<TArgument>(
        TKey key,
        Func<TKey, TArgument, CancellationToken, ValueTask<TValue>> factory,
        TArgument argument,
        EntryTerms? terms,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var hash = Store.Table.HashOf(key);
        if (!TryRead(key, hash, countsMiss: false, out var value, out var left))
            return LoadOrWaitAsync(key, hash, (key, token) => factory(key, argument, token), LifetimeOf(terms), cancellationToken);
        if (left <= _refreshAhead)
            Refresh(key, hash, (key, token) => factory(key, argument, token), LifetimeOf(terms));
        return new ValueTask<TValue>(value);
    }

    private TValue LoadOrWait<TArgument>(TKey key, uint hash, Func<TKey, TArgument, TValue> factory, TArgument argument, Lifetime lifetime)
    {
        Flight<TKey, TValue>? flight;
        BlockedWaiter<TValue>? waiter = null;
        LoadNode? waiting;
        using (Gate.Enter())
        {
            if (TryAnswer(key, hash, out var present))
                return present;
            if (_flights.TryGet(key, out flight))
            {
                waiter = new BlockedWaiter<TValue>(waiting = LoadNode.BeginWait(flight));
                flight.Join(waiter);
            }
            else
            {
                flight = new Flight<TKey, TValue>(key, hash, lifetime, isBackground: true);
                waiting = LoadNode.BeginWait(flight);
                _flights.Add(flight);
            }
        }

        if (waiter is not null)
            return waiter.Wait();
        using var span = Tracing.Source.StartActivity("cache.load");
        var ran = Run(flight, () => factory(key, argument));
        var outcome = End(flight, ran);
        LoadNode.EndWait(waiting, flight);
        flight.Describe(span, Name, ran.Failure);
        return outcome.ValueOrThrow();
    }

    private ValueTask<TValue> LoadOrWaitAsync(
        TKey key, uint hash, Func<TKey, CancellationToken, ValueTask<TValue>> factory, Lifetime lifetime, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TValue>(cancellationToken);
        Flight<TKey, TValue>? flight;
        TaskWaiter<TValue> waiter;
        var begins = false;
        using (Gate.Enter())
        {
            if (TryAnswer(key, hash, out var present))
                return new ValueTask<TValue>(present);
            begins = !_flights.TryGet(key, out flight);
            flight ??= AsyncFlight(key, hash, lifetime, isBackground: false);
            waiter = new TaskWaiter<TValue>(LoadNode.BeginWait(flight));
            flight.Join(waiter);
            if (begins)
                _flights.Add(flight);
        }

        if (begins)
            Begin(flight, factory);
        Watch(waiter, flight, cancellationToken);
        return new ValueTask<TValue>(waiter.Task);
    }

    /// <summary>The answer that needs no load; counts the request either way. Under the lock.</summary>
    private bool TryAnswer(TKey key, uint hash, out TValue value)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var slot = Store.Table.Find(key, hash);
        var now = Time.Advance();
        // Somebody may have stored it since it was missed.
        if (slot >= 0 && Store.IsFresh(slot, now))
        {
            Store.Use(slot, now);
            CountHit();
        }
        else
        {
            _misses++;
            if (slot < 0 || !Store.IsServedStale(slot, now))
            {
                value = default!;
                return false;
            }

            _staleHits++;
        }

        value = Store.Table.At(slot).Value;
        return true;
    }

    private void Refresh(TKey key, uint hash, Func<TKey, CancellationToken, ValueTask<TValue>> factory, Lifetime lifetime)
    {
        Flight<TKey, TValue> flight;
        using (Gate.Enter())
        {
            var slot = Store.Table.Find(key, hash);
            if (_isDisposed || slot < 0 || _flights.TryGet(key, out _) || !Store.IsDueForRefresh(slot, Time.Advance(), _refreshAhead))
                return;
            flight = AsyncFlight(key, hash, lifetime, isBackground: true);
            _flights.Add(flight);
        }

        // Without the caller's context: what belongs to his request will be gone while the factory still runs.
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => state.Cache.Begin(state.Flight, state.Factory), (Cache: this, Flight: flight, Factory: factory), preferLocal: false);
    }

    private Flight<TKey, TValue> AsyncFlight(TKey key, uint hash, Lifetime lifetime, bool isBackground) => new(key, hash, lifetime, isBackground)
    {
        Cancellation = _options.Loads.Timeout is { } timeout
            ? new CancellationTokenSource(timeout, Time.Clock)
            : new CancellationTokenSource(),
    };

    private void Begin(Flight<TKey, TValue> flight, Func<TKey, CancellationToken, ValueTask<TValue>> factory)
    {
        if (_options.Loads.Timeout is not null)
            flight.Cancellation!.Token.UnsafeRegister(
                static state => (((BoundedCache<TKey, TValue>, Flight<TKey, TValue>))state!).Item1.OnTimeout(
                    (((BoundedCache<TKey, TValue>, Flight<TKey, TValue>))state).Item2),
                (this, flight));
        flight.Completion = RunAsync(flight, factory);
    }

    private async Task RunAsync(Flight<TKey, TValue> flight, Func<TKey, CancellationToken, ValueTask<TValue>> factory)
    {
        using var span = Tracing.Source.StartActivity("cache.load");
        Outcome<TValue> outcome;
        try
        {
            var value = await flight.RunAsync(factory).ConfigureAwait(false);
            outcome = Outcome<TValue>.Loaded(value, WeightOf(flight.Key, value));
        }
        catch (Exception failure)
        {
            // A factory that heeds its token may end before the timeout is dealt with.
            outcome = Outcome<TValue>.Failed(flight.HasTimedOut ? TooLong(failure) : failure);
        }

        End(flight, outcome);
        flight.Describe(span, Name, outcome.Failure);
    }

    private Outcome<TValue> Run(Flight<TKey, TValue> flight, Func<TValue> factory)
    {
        try
        {
            var value = flight.Run(factory);
            return Outcome<TValue>.Loaded(value, WeightOf(flight.Key, value));
        }
        catch (Exception failure)
        {
            return Outcome<TValue>.Failed(failure);
        }
    }
}
