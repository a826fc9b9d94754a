namespace Assay.Exercises.RateLimiter;

/// <summary>Wrong limiters that people write.</summary>
internal static class RateLimiterDefects
{
    private const string Adapter = "ReferenceRateLimiter.cs";
    private const string Rate = "BucketRate.cs";
    private const string Bucket = "TokenBucket.cs";
    private const string Limit = "PermitLimit.cs";
    private const string Cell = "JointCell.cs";
    private const string Joint = "JointDecision.cs";
    private const string Keyed = "JointKeyedLimit.cs";
    private const string Keys = "BoundedKeys.cs";

    public static IReadOnlyList<PlantedDefect> All { get; } = [.. OfTheBase(), .. OfTheEdges(), .. OfTheDimensions(), .. OfConcurrency()];

    private static IEnumerable<PlantedDefect> OfTheBase() =>
    [
        new("OneTooMany", "The comparison lets the last permit be taken of an empty bucket, so a burst is one longer than the capacity.", 1, null,
            new Edit(Rate, "if (excess > 0)", "if (excess > _perPermit)")),
        new("UncappedRefill", "Permits accrue without end while nobody asks, so a quiet client may burst beyond its capacity.", 1, null,
            new Edit(Rate, "return ahead <= (ulong)_full + Lateness ? (long)ahead : 0;", "return (long)ahead;")),
        new("CaseInsensitiveKeys", "Keys are compared without regard to case, so two tenants share one bucket.", 1, null,
            new Edit(Adapter, "int.MaxValue, StringComparer.Ordinal)", "int.MaxValue, StringComparer.OrdinalIgnoreCase)")),
        new("RemainingBeforeGrant", "The permits that remain are read before the grant is made, so clients are told too many.", 1, null,
            new Edit(Joint, "decision.Remaining - cell.Permits", "decision.Remaining")),
    ];

    private static IEnumerable<PlantedDefect> OfTheEdges() =>
    [
        new("WholePeriodRetryAfter", "The time to retry is that of an empty bucket, whatever has come back meanwhile, so clients wait too long.", 2, null,
            new Edit(Rate, "return new Decision(false, CeilingOf(excess, _perTick)", "return new Decision(false, CeilingOf((long)permits * _perPermit, _perTick)")),
        new("TruncatedRetryAfter", "The time to retry is cut to whole milliseconds, so clients come back too early and are refused again.", 2, null,
            new Edit(Adapter, "_sample.ToTimeSpan(decision.RetryAfterTicks));",
                "TimeSpan.FromMilliseconds((long)_sample.ToTimeSpan(decision.RetryAfterTicks).TotalMilliseconds));")),
        new("LostRefillRemainder", "Each grant begins a new interval, so the part of a permit that had come back already is lost and a busy client starves.", 2, null,
            new Edit(Rate, "missing += permits * _perPermit;", "missing = CeilingOf(missing, _perPermit) * _perPermit + permits * _perPermit;")),
        new("HoardedFraction", "A full bucket goes on saving for one more permit, so the next one comes back too early.", 2, null,
            new Edit(Rate, "(long)ahead : 0;", "(long)ahead : -(long)(unchecked((ulong)now - (ulong)fullAt) % (ulong)_perPermit);")),
        new("WrappingMilliseconds", "Time is kept in milliseconds of 32 bits, which wrap after 50 days, so a returning client finds its bucket empty or over-full.", 2, null,
            new Edit(Rate, "public long InstantOf(long timestamp) => unchecked(timestamp * _perTick);",
                "public long InstantOf(long timestamp) => unchecked((int)(timestamp / 10_000) * 10_000L * _perTick + timestamp % 10_000 * _perTick);")),
        new("WallClockTime", "Elapsed time is measured with the wall clock, so whoever sets it fills or blocks all buckets.", 2, null,
            new Edit(Limit, "CoarseClock.Read() : Clock.GetTimestamp();", "CoarseClock.Read() : Clock.GetUtcNow().UtcTicks;")),
        new("ReadsTheClockTwice", "What remains is looked up once more for the answer, by when a permit may have come back, so the decision fits no instant.", 2, null,
            new Edit(Adapter, "return Told(_limits.TryAcquire([key], permits));", "return Told(_limits.TryAcquire([key], permits)) with { Remaining = Available(key) };")),
        new("ImpossibleRequestRefused", "A request for more than the capacity is refused like any other, so its caller retries for ever.", 2, null,
            new Edit(Adapter, "if (permits < 1 || permits > _capacity)", "if (permits < 1)"),
            new Edit(Bucket, "if ((uint)permits > (uint)_capacity)\n            ThrowNeverPossible(permits);", "if (permits < 0)\n            ThrowNeverPossible(permits);")),
    ];

    private static IEnumerable<PlantedDefect> OfTheDimensions() =>
    [
        new("ChainedQuota", "Each key is charged as soon as it agrees, so a request that the last key refuses has used up the first.", 3, null,
            new Edit(Joint, "before = Math.Min(before, decision.Remaining);",
                "before = Math.Min(before, decision.Remaining);\n            if (isTaking && decision.IsAllowed)\n                cell.Take(timestamp);"),
            new Edit(Joint, "if (cell.Permits > 0)\n                cell.Take(timestamp);", "_ = cell;")),
        new("LastWaitWins", "The time to retry is that of the last key that refused, not the longest, so clients come back in vain.", 3, null,
            new Edit(Joint, "retryAfter = Math.Max(retryAfter, decision.RetryAfterTicks);",
                "retryAfter = decision.RetryAfterTicks > 0 ? decision.RetryAfterTicks : retryAfter;")),
        new("IdleMeansUnused", "Keys are forgotten whether or not their permits are back, so whoever waits for the sweep has a full bucket again.", 3, null,
            new Edit(Cell, "if (IsRetired || limit.IdleTicks(limit.Now) is null)", "if (IsRetired)")),
        new("NeverForgotten", "Idle keys are found and left in the table, so a stream of strange keys fills the memory.", 3, null,
            new Edit(Keys, "if (_states.TryRemove(new KeyValuePair<TKey, TState>(key, retired)))", "if (_states.IsEmpty)"),
            new Edit(Cell, "return IsRetired = true;", "return true;")),
        new("FirstKeyRemains", "The permits that remain are the first key's, not the fewest, so clients are told more than they can get.", 3, null,
            new Edit(Joint, "after = Math.Min(after, decision.Remaining - cell.Permits);",
                "after = after == int.MaxValue ? decision.Remaining - cell.Permits : after;")),
    ];

    private static IEnumerable<PlantedDefect> OfConcurrency() =>
    [
        new("LostUpdate", "Two threads read the same bucket, and the second write undoes the first: more is granted than there is.", 4, null,
            new Edit(Cell, "        _gate.Enter(ref taken);\n    }\n\n    public void Exit() => _gate.Exit(useMemoryBarrier: false);", "        _ = taken;\n    }\n\n    public void Exit() => _ = _gate;"),
            new Edit(Bucket, "internal bool TryMove(long seen, long next) => Interlocked.CompareExchange(ref _fullAt, next, seen) == seen;",
                "internal bool TryMove(long seen, long next)\n    {\n        _ = seen;\n        _fullAt = next;\n        return true;\n    }")),
        new("TakeThenPutBack", "Permits are taken from each key in turn and put back when a later one refuses, so others are refused what was there.", 4, null,
            new Edit(Adapter, "return Told(_limits.TryAcquire(asked, permits));",
                """
                var taken = new List<string>();
                        var (fewest, wait) = (int.MaxValue, TimeSpan.Zero);
                        foreach (var key in asked.Order(StringComparer.Ordinal))
                        {
                            var decision = Told(_limits.TryAcquire([key], permits));
                            (fewest, wait) = (Math.Min(fewest, decision.IsGranted ? decision.Remaining + permits : decision.Remaining), wait > decision.RetryAfter ? wait : decision.RetryAfter);
                            if (decision.IsGranted)
                                taken.Add(key);
                        }

                        if (taken.Count == asked.Length)
                            return new RateDecision(true, fewest - permits, TimeSpan.Zero);
                        foreach (var key in taken)
                            _limits.PutBack(key, permits);
                        return new RateDecision(false, fewest, wait);
                """),
            new Edit(Keyed, "    public int Sweep() => _cells.Sweep();",
                "    public int Sweep() => _cells.Sweep();\n\n    public void PutBack(TKey key, int permits)\n    {\n        if (_cells.TryFind(key, out var cell))\n            ((TokenBucket)cell.Limit).PutBack(permits);\n    }"),
            new Edit(Bucket, "    internal override bool TryRetire(long timestamp)",
                "    internal void PutBack(int permits) => Interlocked.Add(ref _fullAt, -_rate.Worth(permits));\n\n    internal override bool TryRetire(long timestamp)"),
            new Edit(Bucket, "Interlocked.CompareExchange(ref _fullAt, next, seen) == seen;",
                "Interlocked.Add(ref _fullAt, unchecked(next - seen)) is var _;"),
            new Edit(Rate, "    public long? IdleTicks(", "    public long Worth(int permits) => permits * _perPermit;\n\n    public long? IdleTicks(")),
        new("TwoBucketsForOneKey", "Two threads find the new key missing, and both make a bucket: the first one's grants are forgotten.", 4, "ASSAY2003",
            new Edit(Keys, "lock (_adding)\n            {\n                if (create == _create)", "{\n                if (create == _create)"),
            new Edit(Keys, "state = _states.GetOrAdd(key, made);", "if (!_states.ContainsKey(key))\n                _states[key] = made;\n            state = made;")),
        new("LocksAsGiven", "Locks are taken in the order in which the caller names the keys, so opposite orders wait for each other for ever.", 4, null,
            new Edit(Keyed, "while (place > 0 && cells[place - 1].Number > cell.Number)", "while (place > 0 && cells[place - 1].Number > long.MaxValue - 1)"),
            new Edit(Cell, "private SpinLock _gate = new(enableThreadOwnerTracking: false);", "private readonly Lock _gate = new();"),
            new Edit(Cell, "        var taken = false;\n        _gate.Enter(ref taken);", "        _gate.Enter();"),
            new Edit(Cell, "_gate.Exit(useMemoryBarrier: false);", "_gate.Exit();")),
        new("SweepLeftToOthers", "A sweep that meets another call leaves the work to it and returns, so what it was asked to forget is there still.", 4, null,
            new Edit(Adapter, "        return Told(_limits.TryAcquire([key], permits));",
                """
                        lock (_limits)
                        {
                            var decision = Told(_limits.TryAcquire([key], permits));
                            if (_isSweepAsked)
                                _limits.Sweep();
                            _isSweepAsked = false;
                            return decision;
                        }
                """),
            new Edit(Adapter, "    public void RemoveIdle() => _limits.Sweep();",
                """
                    private volatile bool _isSweepAsked;

                    public void RemoveIdle()
                    {
                        _isSweepAsked = !Monitor.TryEnter(_limits);
                        if (_isSweepAsked)
                            return;
                        try
                        {
                            _limits.Sweep();
                        }
                        finally
                        {
                            Monitor.Exit(_limits);
                        }
                    }
                """)),
        new("LookThenForget", "The sweep lists the full buckets first and drops them afterwards, with what has been taken from them meanwhile.", 4, null,
            new Edit(Cell, "return IsRetired = true;", "return true;"),
            new Edit(Keys, "foreach (var (key, state) in _states)", "foreach (var (key, state) in _states.Where(pair => _tryRetire(pair.Value)).ToList())"),
            new Edit(Keys, "if (!_tryRetire(state))", "if (state is null)")),
    ];
}
