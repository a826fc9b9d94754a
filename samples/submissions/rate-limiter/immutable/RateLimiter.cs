using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Assay.Contracts;

namespace Candidate;

/// <summary>
/// The whole state is one immutable map from key to the instant at which its bucket is full again. Every change computes a new map and replaces the old
/// one with a compare-and-swap; whoever loses computes again.
/// </summary>
public sealed class RateLimiter : IRateLimiter
{
    private readonly int _capacity;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private ImmutableDictionary<string, long> _fullAt = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    public RateLimiter(int capacity, TimeSpan interval, TimeProvider clock)
    {
        if (capacity <= 0)
            throw new ArgumentOutOfRangeException(nameof(capacity));
        if (interval <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(interval));
        _capacity = capacity;
        _interval = interval;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    public RateDecision TryAcquire(string key, int permits) => Acquire([key ?? throw new ArgumentNullException(nameof(key))], permits);

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        var asked = keys.ToImmutableArray();
        if (asked.Length < 1 || asked.Length > 8 || asked.Contains(null!) || asked.ToImmutableHashSet(StringComparer.Ordinal).Count < asked.Length)
            throw new ArgumentException("One to eight different keys.", nameof(keys));
        return Acquire(asked, permits);
    }

    public int Available(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return PermitsOf(Missing(Volatile.Read(ref _fullAt), key, Now()));
    }

    public void RemoveIdle()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _fullAt);
            var now = Now();
            var kept = seen.RemoveRange(seen.Where(pair => pair.Value <= now).Select(pair => pair.Key));
            if (ReferenceEquals(Interlocked.CompareExchange(ref _fullAt, kept, seen), seen))
                return;
        }
    }

    public int CountKeys() => Volatile.Read(ref _fullAt).Count;

    private RateDecision Acquire(ImmutableArray<string> keys, int permits)
    {
        if (permits <= 0 || permits > _capacity)
            throw new ArgumentOutOfRangeException(nameof(permits));
        while (true)
        {
            var seen = Volatile.Read(ref _fullAt);
            var now = Now();
            var most = keys.Max(key => Missing(seen, key, now));
            // What would be missing after the grant, beyond a whole bucket, is the time to wait.
            var excess = most + permits * _interval.Ticks - _capacity * _interval.Ticks;
            if (excess > 0)
                return new RateDecision(false, PermitsOf(most), TimeSpan.FromTicks(excess));
            var next = seen.SetItems(keys.Select(key => KeyValuePair.Create(key, now + Missing(seen, key, now) + permits * _interval.Ticks)));
            if (ReferenceEquals(Interlocked.CompareExchange(ref _fullAt, next, seen), seen))
                return new RateDecision(true, PermitsOf(most) - permits, TimeSpan.Zero);
        }
    }

    private static long Missing(ImmutableDictionary<string, long> fullAt, string key, long now) =>
        fullAt.TryGetValue(key, out var instant) ? Math.Max(0, instant - now) : 0;

    private int PermitsOf(long missing) => (int)((_capacity * _interval.Ticks - missing) / _interval.Ticks);

    private long Now() => _clock.GetElapsedTime(_start).Ticks;
}
