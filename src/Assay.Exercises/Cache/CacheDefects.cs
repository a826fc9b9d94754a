namespace Assay.Exercises.Cache;

/// <summary>Wrong caches that people write.</summary>
internal static class CacheDefects
{
    private const string Adapter = "ReferenceCache.cs";
    private const string Lru = "LruTtlCache.cs";
    private const string Store = "EntryStore.cs";
    private const string Cache = "BoundedCache.cs";
    private const string Loads = "BoundedCache.Loads.cs";
    private const string Endings = "BoundedCache.Endings.cs";
    private const string Flight = "Flight.cs";
    private const string Brief = "BriefLock.cs";
    private const string Time = "CacheTime.cs";

    public static IReadOnlyList<PlantedDefect> All { get; } = [.. OfTheBase(), .. OfTheEdges(), .. OfLoading(), .. OfConcurrency()];

    private static IEnumerable<PlantedDefect> OfTheBase() =>
    [
        new("FirstInFirstOut", "Reading is not noted as a use, so the most popular entry goes when it is the oldest.", 1, null,
            new Edit(Lru, "                    _policy.Used(slot);\n", "")),
        new("OneTooMany", "Room is made after the new entry came in and not before, so there is one entry too many.", 1, null,
            new Edit(Adapter, "Capacity = capacity,", "Capacity = capacity + 1,")),
        new("NewEntryDropped", "A full cache refuses new entries instead of making room, so it keeps what nobody wants.", 1, null,
            new Edit(Adapter, "        _cache.Set(key, value);", "        if (Count() < _cache.Capacity || _cache.TryGet(key, out _))\n            _cache.Set(key, value);")),
        new("AlwaysRemoved", "Remove answers that it removed something whether or not anything was there.", 1, null,
            new Edit(Adapter, "return _cache.TryRemove(key, out _);", "return _cache.TryRemove(key, out _) || key.Length > 0;")),
        new("CaseInsensitiveKeys", "Keys are compared without regard to case, so one customer reads another's value.", 1, null,
            new Edit(Adapter, "Comparer = StringComparer.Ordinal,", "Comparer = StringComparer.OrdinalIgnoreCase,")),
    ];

    private static IEnumerable<PlantedDefect> OfTheEdges() =>
    [
        new("ReadingRenews", "Each reading begins the life anew, so a popular value is never refreshed.", 2, null,
            new Edit(Adapter, "Terms = new EntryTerms(life)", "Terms = new EntryTerms(null, life)")),
        new("ExpiresOneTickLate", "An entry is still handed out at the instant at which it expires.", 2, null,
            new Edit(Lru, "if (now < entry.ExpiresAt)", "if (now <= entry.ExpiresAt)")),
        new("ExpiredStillCounts", "Expired entries are counted until somebody happens to clean up.", 2, null,
            new Edit(Adapter, "        _cache.RemoveExpired();\n", "")),
        new("ExpiredTakesRoom", "Expired entries stay where they are in the order of use, so a living entry makes room for a new one.", 2, null,
            new Edit(Store, "        RemoveExpired(now, ref removals);\n        var slot", "        if (Weight < 0)\n            RemoveExpired(now, ref removals);\n        var slot")),
        new("WallClockLife", "Lives are measured with the wall clock, so whoever sets it empties the cache.", 2, null,
            new Edit(Time, "CoarseClock.Read() : _clock.GetTimestamp();", "CoarseClock.Read() : _clock.GetUtcNow().UtcTicks;"),
            new Edit(Time, "(clock, clock.GetTimestamp(), clock is CoarseClock)", "(clock, clock.GetUtcNow().UtcTicks, clock is CoarseClock)")),
        new("EndlessOverflows", "The end of a life is a plain sum, which overflows for a life without end, and the entry is dead at once.", 2, null,
            new Edit(Time, "=> units >= Never - now ? Never : now + units;", "=> now + units;")),
    ];

    private static IEnumerable<PlantedDefect> OfLoading() =>
    [
        new("AwaitedLoadsNotKept", "What an awaited load brings is answered and not stored, so the next caller loads again.", 3, null,
            new Edit(Endings, "if (outcome.Failure is null && isCurrent)", "if (outcome.Failure is null && isCurrent && flight.IsSynchronous)")),
        new("Stampede", "Nobody looks for a load that runs already, so everybody who asks meanwhile loads for himself.", 3, null,
            new Edit(Adapter, "        return _cache.GetOrAddAsync(key, (wanted, token) => new ValueTask<string>(loader(wanted, token)), cancellationToken).AsTask();\n    }",
                "        return LoadAsync(key, loader, cancellationToken);\n    }\n\n    private async Task<string> LoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)\n    {\n        if (Get(key) is { } known)\n            return known;\n        var value = await loader(key, cancellationToken).ConfigureAwait(false);\n        Set(key, value);\n        return value;\n    }")),
        new("OvertakenLoadStored", "A load stores what it brings although the key was set or removed meanwhile, so an old value comes back.", 3, null,
            new Edit(Cache, "            // A load that began before this value was written knows nothing of it.\n            _flights.Detach(key);\n", ""),
            new Edit(Cache, "                return false;\n            _flights.Detach(key);\n", "                return false;\n")),
        new("EveryAskIsAMiss", "GetOrLoadAsync counts a miss before it looks, so the hit rate looks worse than it is.", 3, null,
            new Edit(Loads, "        if (!TryRead(key, hash, countsMiss: false, out var value, out var left))\n            return LoadOrWaitAsync(", "        using (Gate.Enter())\n            CountMiss();\n        if (!TryRead(key, hash, countsMiss: false, out var value, out var left))\n            return LoadOrWaitAsync(")),
        new("ExpiredCountAsEvicted", "An entry whose time is over is counted as one that made room.", 3, null,
            new Edit(Store, "if (cause == RemovalCause.Evicted)", "if (cause is RemovalCause.Evicted or RemovalCause.Expired)")),
        new("FailureIsKept", "The task of a load is kept until it has brought a value, so a failure is answered for ever.", 3, null,
            new Edit(Adapter, "    public void Dispose() => _cache.Dispose();",
                """
                    public void Dispose() => _cache.Dispose();

                    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Lazy<Task<string>>> _running = new(StringComparer.Ordinal);

                    private async Task<string> RunningAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
                    {
                        var running = _running.GetOrAdd(
                            key, asked => new Lazy<Task<string>>(() => _cache.GetOrAddAsync(asked, (wanted, token) => new ValueTask<string>(loader(wanted, token)), cancellationToken).AsTask()));
                        var value = await running.Value.ConfigureAwait(false);
                        _running.TryRemove(key, out _);
                        return value;
                    }
                """),
            new Edit(Adapter, "        return _cache.GetOrAddAsync(key, (wanted, token) => new ValueTask<string>(loader(wanted, token)), cancellationToken).AsTask();\n    }\n\n    public Contract",
                "        return RunningAsync(key, loader, cancellationToken);\n    }\n\n    public Contract")),
        new("FailedLoadHoldsItsKey", "A load that failed stays noted as running, so whoever asks next waits for what is over.", 3, null,
            new Edit(Endings, "var isCurrent = _flights.Finish(flight);", "var isCurrent = outcome.Failure is null ? _flights.Finish(flight) : _flights.TryGet(flight.Key, out var noted) && noted == flight;")),
        new("ThrowerHoldsItsKey", "The loader is called outside of any try, so one that throws before it gives a task leaves its key noted as loading, and whoever asks next waits for ever.", 3, null,
            new Edit(Loads, "        if (begins)\n            Begin(flight, factory);",
                "        if (begins)\n        {\n            var loading = factory(key, flight.Cancellation?.Token ?? CancellationToken.None);\n            Begin(flight, (_, _) => loading);\n        }\n")),
        new("LeaverEndsTheLoad", "The first who cancels abandons the load for everybody.", 3, null,
            new Edit(Flight, "        EndWait(waiter.Waiting, this);\n        IsAbandoned = --_holds == 0;", "        EndWait(waiter.Waiting, this);\n        IsAbandoned = --_holds >= 0;")),
        new("FirstCallersToken", "The loader gets the token of whoever came first, so it is cancelled for all when that one leaves.", 3, null,
            new Edit(Adapter, "loader(wanted, token)", "loader(wanted, cancellationToken)")),
        new("LoadsForNobody", "Nobody counts who still waits, so a load goes on when all have left, and the next caller waits for it.", 3, null,
            new Edit(Flight, "IsAbandoned = --_holds == 0;", "IsAbandoned = --_holds < 0;")),
        new("RemovalsToldAsEvictions", "Everything that leaves is told, also what was removed, replaced or had expired.", 3, null,
            new Edit(Adapter, "if (cause == RemovalCause.Evicted)", "if (cause != RemovalCause.Cleared)")),
        new("ToldUnderTheLock", "Evictions are told while the lock is held, so whoever is told and waits for another user of the cache waits for ever.", 3, null,
            new Edit(Cache, "            isStored = Store.Put(key, hash, value, lifetime, weight, now, ref removals);\n        }\n\n        Report(removals);", "            isStored = Store.Put(key, hash, value, lifetime, weight, now, ref removals);\n            Report(removals);\n        }\n"),
            new Edit(Brief, "private SpinLock _lock = new(enableThreadOwnerTracking: false);", "private readonly SemaphoreSlim _lock = new(1);"),
            new Edit(Brief, "        var isTaken = false;\n        _lock.Enter(ref isTaken);", "        _lock.Wait();"),
            new Edit(Brief, "entered._lock.Exit(useMemoryBarrier: false);", "entered._lock.Release();")),
        new("ListenerBreaksTheCall", "What the listener throws comes out of the call that evicted.", 3, null,
            new Edit(Cache, "                _options.CallbackFailed?.Invoke(failure);", "                _options.CallbackFailed?.Invoke(failure);\n                throw;")),
    ];

    private static IEnumerable<PlantedDefect> OfConcurrency() =>
    [
        new("UnlockedReads", "Reads were thought to need no lock, but each moves its entry in the order of use.", 4, null,
            new Edit(Lru, "        using (Gate.Enter())\n        {\n            var slot", "        {\n            var slot")),
        new("UnlockedRemoval", "Whether an entry is there and its removal are two steps, so two threads remove it.", 4, null,
            new Edit(Adapter, "return _cache.TryRemove(key, out _);", "var wasThere = _cache.TryPeek(key);\n        _cache.TryRemove(key, out _);\n        return wasThere;"),
            new Edit(Lru, "    private protected override void CountHit() => _hits++;", "    private protected override void CountHit() => _hits++;\n\n    public bool TryPeek(TKey key)\n    {\n        using (Gate.Enter())\n        {\n            var slot = Store.Table.Find(key, Store.Table.HashOf(key));\n            return slot >= 0 && Store.IsFresh(slot, Time.Advance());\n        }\n    }")),
        new("LoadNotedAfterItBegan", "A load is noted as running once its loader has given a task, so whoever asks before that loads as well.", 4, null,
            new Edit(Loads, "            if (begins)\n                _flights.Add(flight);", "            _ = begins;"),
            new Edit(Loads, "            var value = await flight.RunAsync(factory).ConfigureAwait(false);",
                "            var running = flight.RunAsync(factory);\n            using (Gate.Enter())\n            {\n                _flights.Detach(flight.Key);\n                _flights.Add(flight);\n            }\n\n            var value = await running.ConfigureAwait(false);")),
    ];
}
