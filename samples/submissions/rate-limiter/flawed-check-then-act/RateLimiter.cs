using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Assay.Contracts;

namespace Candidate;

/// <summary>Right for one thread: the concurrent dictionary was thought to be enough.</summary>
public sealed class RateLimiter : IRateLimiter
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();
    private readonly int _capacity;
    private readonly long _interval;
    private readonly TimeProvider _clock;

    public RateLimiter(int capacity, TimeSpan interval, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        (_capacity, _interval, _clock) = (capacity, interval.Ticks, clock);
    }

    public RateDecision TryAcquire(string key, int permits)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Acquire([key], permits);
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        if (keys.Count is 0 or > 8 || keys.Any(key => key is null) || keys.Distinct().Count() < keys.Count)
            throw new ArgumentException("One to eight different keys.", nameof(keys));
        return Acquire(keys, permits);
    }

    public int Available(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Permits(Find(key));
    }

    public void RemoveIdle()
    {
        foreach (var (key, bucket) in _buckets)
        {
            if (bucket.FullAt <= Now)
                _buckets.TryRemove(key, out _);
        }
    }

    public int CountKeys() => _buckets.Count;

    private long Now => _clock.GetElapsedTime(0).Ticks;

    private RateDecision Acquire(IReadOnlyList<string> keys, int permits)
    {
        if (permits < 1 || permits > _capacity)
            throw new ArgumentOutOfRangeException(nameof(permits));
        var buckets = keys.Select(Find).ToList();
        var wait = buckets.Max(bucket => Math.Max(bucket.FullAt, Now) - Now + (permits - _capacity) * _interval);
        var fewest = buckets.Min(Permits);
        if (wait > 0)
            return new RateDecision(false, fewest, TimeSpan.FromTicks(wait));
        foreach (var bucket in buckets)
            bucket.FullAt = Math.Max(bucket.FullAt, Now) + permits * _interval;
        return new RateDecision(true, fewest - permits, TimeSpan.Zero);
    }

    private int Permits(Bucket bucket) => (int)(_capacity - (Math.Max(0, bucket.FullAt - Now) + _interval - 1) / _interval);

    private Bucket Find(string key)
    {
        if (!_buckets.ContainsKey(key))
            _buckets[key] = new Bucket();
        return _buckets[key];
    }

    private sealed class Bucket
    {
        public long FullAt { get; set; }
    }
}
