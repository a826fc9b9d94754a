using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Assay.Contracts;

namespace Candidate;

/// <summary>
/// A bucket is one number, changed by compare-and-swap. A request for several keys first claims each of its buckets, in the order of the keys: a claimed
/// bucket is a negative number, and whoever meets one spins for the few instructions that the claim lasts.
/// </summary>
public sealed class RateLimiter : IRateLimiter
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly int _capacity;
    private readonly long _interval;
    private readonly TimeProvider _clock;
    private readonly long _start;

    public RateLimiter(int capacity, TimeSpan interval, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(interval.Ticks, nameof(interval));
        _capacity = capacity;
        _interval = interval.Ticks;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    private long Whole => _capacity * _interval;

    public RateDecision TryAcquire(string key, int permits)
    {
        ArgumentNullException.ThrowIfNull(key);
        ThrowIfSenseless(permits);
        var spinner = new SpinWait();
        while (true)
        {
            var bucket = _buckets.GetOrAdd(key, static _ => new Bucket());
            var seen = Volatile.Read(ref bucket.FullAt);
            if (seen == Bucket.Removed)
                _buckets.TryRemove(KeyValuePair.Create(key, bucket));
            if (seen < 0)
            {
                spinner.SpinOnce();
                continue;
            }

            var now = Now();
            var decision = Decide(Missing(seen, now), permits);
            if (!decision.IsGranted)
                return decision;
            if (Interlocked.CompareExchange(ref bucket.FullAt, now + Missing(seen, now) + permits * _interval, seen) == seen)
                return decision;
        }
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        var asked = keys.ToArray();
        if (asked.Length is < 1 or > 8 || asked.Contains(null))
            throw new ArgumentException("One to eight keys.", nameof(keys));
        Array.Sort(asked, StringComparer.Ordinal);
        for (var i = 1; i < asked.Length; i++)
        {
            if (string.Equals(asked[i], asked[i - 1], StringComparison.Ordinal))
                throw new ArgumentException("A key is named twice.", nameof(keys));
        }

        ThrowIfSenseless(permits);
        // Everybody claims in ascending order, so no two wait for each other.
        var claimed = asked.Select(Claim).ToArray();
        var now = Now();
        var most = claimed.Max(claim => Missing(claim.FullAt, now));
        var decision = Decide(most, permits);
        foreach (var (bucket, fullAt) in claimed)
            Volatile.Write(ref bucket.FullAt, decision.IsGranted ? now + Missing(fullAt, now) + permits * _interval : fullAt);
        return decision;
    }

    public int Available(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var spinner = new SpinWait();
        while (_buckets.TryGetValue(key, out var bucket))
        {
            var seen = Volatile.Read(ref bucket.FullAt);
            if (seen == Bucket.Removed)
                return _capacity;
            if (seen >= 0)
                return PermitsOf(Missing(seen, Now()));
            spinner.SpinOnce();
        }

        return _capacity;
    }

    public void RemoveIdle()
    {
        foreach (var (key, bucket) in _buckets)
        {
            var seen = Volatile.Read(ref bucket.FullAt);
            if (seen >= 0 && seen <= Now() && Interlocked.CompareExchange(ref bucket.FullAt, Bucket.Removed, seen) == seen)
                _buckets.TryRemove(KeyValuePair.Create(key, bucket));
        }
    }

    public int CountKeys() => _buckets.Count;

    private (Bucket Bucket, long FullAt) Claim(string key)
    {
        var spinner = new SpinWait();
        while (true)
        {
            var bucket = _buckets.GetOrAdd(key, static _ => new Bucket());
            var seen = Volatile.Read(ref bucket.FullAt);
            if (seen >= 0 && Interlocked.CompareExchange(ref bucket.FullAt, Bucket.Claimed, seen) == seen)
                return (bucket, seen);
            if (seen == Bucket.Removed)
                _buckets.TryRemove(KeyValuePair.Create(key, bucket));
            spinner.SpinOnce();
        }
    }

    private RateDecision Decide(long missing, int permits)
    {
        var excess = missing + permits * _interval - Whole;
        return excess > 0
            ? new RateDecision(false, PermitsOf(missing), TimeSpan.FromTicks(excess))
            : new RateDecision(true, PermitsOf(missing) - permits, TimeSpan.Zero);
    }

    private int PermitsOf(long missing) => (int)((Whole - missing) / _interval);

    private static long Missing(long fullAt, long now) => Math.Max(0, fullAt - now);

    private long Now() => _clock.GetElapsedTime(_start).Ticks;

    private void ThrowIfSenseless(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, _capacity);
    }

    private sealed class Bucket
    {
        public const long Claimed = -1;
        public const long Removed = -2;

        // The instant at which the bucket is full again, in ticks since the start; or one of the marks above.
        public long FullAt;
    }
}
