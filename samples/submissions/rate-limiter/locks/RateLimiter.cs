using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Assay.Contracts;

namespace Candidate;

/// <summary>One lock around a dictionary of buckets.</summary>
public sealed class RateLimiter : IRateLimiter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly int _capacity;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly long _start;

    public RateLimiter(int capacity, TimeSpan interval, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        _capacity = capacity;
        _interval = interval;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    public RateDecision TryAcquire(string key, int permits)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Acquire([key], permits);
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var asked = keys.ToArray();
        if (asked.Length is 0 or > 8 || asked.Any(key => key is null) || asked.Distinct(StringComparer.Ordinal).Count() != asked.Length)
            throw new ArgumentException("One to eight different keys.", nameof(keys));
        return Acquire(asked, permits);
    }

    public int Available(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_gate)
            return Find(key, Now()).Permits;
    }

    public void RemoveIdle()
    {
        lock (_gate)
        {
            var now = Now();
            foreach (var key in _buckets.Keys.ToList())
            {
                if (Find(key, now).Permits == _capacity)
                    _buckets.Remove(key);
            }
        }
    }

    public int CountKeys()
    {
        lock (_gate)
            return _buckets.Count;
    }

    private RateDecision Acquire(string[] keys, int permits)
    {
        if (permits < 1 || permits > _capacity)
            throw new ArgumentOutOfRangeException(nameof(permits));
        lock (_gate)
        {
            var now = Now();
            var buckets = keys.Select(key => Find(key, now)).ToArray();
            var fewest = buckets.Min(bucket => bucket.Permits);
            if (fewest < permits)
                return new RateDecision(false, fewest, buckets.Max(bucket => bucket.WaitFor(permits, _interval, now)));
            foreach (var bucket in buckets)
                bucket.Take(permits, _capacity, now);
            return new RateDecision(true, fewest - permits, TimeSpan.Zero);
        }
    }

    private Bucket Find(string key, TimeSpan now)
    {
        if (!_buckets.TryGetValue(key, out var bucket))
            _buckets.Add(key, bucket = new Bucket { Permits = _capacity });
        bucket.Refill(_capacity, _interval, now);
        return bucket;
    }

    private TimeSpan Now() => _clock.GetElapsedTime(_start);

    private sealed class Bucket
    {
        // When the last whole permit came back; means nothing while the bucket is full.
        private TimeSpan _counted;

        public int Permits { get; set; }

        public void Refill(int capacity, TimeSpan interval, TimeSpan now)
        {
            if (Permits == capacity)
                return;
            var back = (now - _counted).Ticks / interval.Ticks;
            if (back <= 0)
                return;
            Permits = (int)Math.Min(capacity, Permits + back);
            _counted += interval * back;
        }

        public void Take(int permits, int capacity, TimeSpan now)
        {
            if (Permits == capacity)
                _counted = now;
            Permits -= permits;
        }

        public TimeSpan WaitFor(int permits, TimeSpan interval, TimeSpan now) =>
            permits <= Permits ? TimeSpan.Zero : interval * (permits - Permits) - (now - _counted);
    }
}
