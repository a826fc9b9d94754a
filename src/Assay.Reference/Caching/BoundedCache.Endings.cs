namespace Assay.Reference.Caching;

/// <content>How loads and the waits for them end.</content>
public abstract partial class BoundedCache<TKey, TValue>
{
    /// <summary>Ends a load: stores what it brought unless that is out of date, and tells everybody who waits.</summary>
    /// <returns>The outcome as callers see it.</returns>
    private Outcome<TValue> End(Flight<TKey, TValue> flight, Outcome<TValue> outcome)
    {
        var removals = new Removals<TKey, TValue>(ReportsRemovals);
        IReadOnlyList<Waiter<TValue>> waiters;
        using (Gate.Enter())
        {
            // It ran out of time before: its callers are gone, and its key is another load's.
            if (flight.IsOver)
                return outcome;
            _loads++;
            var now = Time.Advance();
            var isCurrent = _flights.Finish(flight);
            if (outcome.Failure is null && isCurrent)
                Store.Put(flight.Key, flight.Hash, outcome.Value, flight.Lifetime, outcome.Weight, now, ref removals);
            if (outcome.Failure is not null)
                outcome = AfterFailure(flight, outcome, isCurrent, now);
            waiters = flight.End();
            // All were counted as misses when they came, the one whose thread it ran on among them.
            if (outcome.IsStale)
                _staleHits += waiters.Count + (flight.IsSynchronous ? 1 : 0);
        }

        // Abandoned, it is being cancelled by whoever left last.
        if (!flight.IsAbandoned)
            flight.Cancellation?.Dispose();
        foreach (var waiter in waiters)
            waiter.Complete(outcome);
        Report(removals);
        return outcome;
    }

    private Outcome<TValue> AfterFailure(Flight<TKey, TValue> flight, Outcome<TValue> outcome, bool isCurrent, long now)
    {
        _failedLoads++;
        var slot = isCurrent ? Store.Table.Find(flight.Key, flight.Hash) : -1;
        if (slot < 0)
            return outcome;
        // A refresh that failed is not tried again at once either.
        Store.RetryAt(slot, CacheTime.After(now, _retryAfter));
        return Store.IsUsableStale(slot, now) ? Outcome<TValue>.Stale(Store.Table.At(slot).Value) : outcome;
    }

    private void OnTimeout(Flight<TKey, TValue> flight)
    {
        if (flight.HasTimedOut)
            End(flight, Outcome<TValue>.Failed(TooLong(null)));
    }

    private TimeoutException TooLong(Exception? failure) => new($"The load took longer than {_options.Loads.Timeout}.", failure);

    private void Watch(TaskWaiter<TValue> waiter, Flight<TKey, TValue> flight, CancellationToken cancellationToken)
    {
        if (waiter.Task.IsCompleted)
            return;
        var timer = _options.Loads.SoftTimeout is { } soft && HasUsableStale(flight)
            ? Time.Clock.CreateTimer(_ => OnSoftTimeout(waiter, flight), null, soft, Timeout.InfiniteTimeSpan)
            : null;
        var registration = cancellationToken.UnsafeRegister(_ => OnCancelled(waiter, flight, cancellationToken), null);
        waiter.Watch(timer, registration);
    }

    private bool HasUsableStale(Flight<TKey, TValue> flight)
    {
        using (Gate.Enter())
        {
            var slot = Store.Table.Find(flight.Key, flight.Hash);
            return slot >= 0 && Store.IsUsableStale(slot, Time.Advance());
        }
    }

    private void OnCancelled(TaskWaiter<TValue> waiter, Flight<TKey, TValue> flight, CancellationToken cancellationToken)
    {
        using (Gate.Enter())
        {
            if (!flight.Leave(waiter))
                return;
            // Nobody waits: its key is free at once, also when the factory does not heed its token.
            if (flight.IsAbandoned)
                _flights.Finish(flight);
        }

        waiter.Cancel(cancellationToken);
        if (flight.IsAbandoned)
            flight.Cancellation!.Cancel();
    }

    private void OnSoftTimeout(TaskWaiter<TValue> waiter, Flight<TKey, TValue> flight)
    {
        Outcome<TValue> outcome;
        using (Gate.Enter())
        {
            var slot = Store.Table.Find(flight.Key, flight.Hash);
            // Removed or replaced meanwhile: what was removed is not handed out, and he waits on.
            if (slot < 0 || !_flights.TryGet(flight.Key, out var current) || current != flight || !Store.IsUsableStale(slot, Time.Advance()))
                return;
            // The load goes on for those to come, whoever leaves.
            if (!flight.LeaveInBackground(waiter))
                return;
            _staleHits++;
            outcome = Outcome<TValue>.Stale(Store.Table.At(slot).Value);
        }

        waiter.Complete(outcome);
    }
}
