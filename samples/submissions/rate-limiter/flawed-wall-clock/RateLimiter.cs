using System;
using System.Collections.Generic;
using System.Linq;
using Assay.Contracts;

namespace Candidate;

/// <summary>The textbook bucket: a lock, a double, and the time of day.</summary>
public sealed class RateLimiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    private readonly object _gate = new();
    private readonly Dictionary<string, (double Permits, DateTimeOffset Last)> _buckets = new();

    public RateDecision TryAcquire(string key, int permits) => TryAcquireAll([key], permits);

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        lock (_gate)
        {
            var available = keys.Select(Refill).Min();
            if (available < permits)
                return new RateDecision(false, (int)available, interval * (permits - available));
            foreach (var key in keys)
                _buckets[key] = (_buckets[key].Permits - permits, _buckets[key].Last);
            return new RateDecision(true, (int)available - permits, TimeSpan.Zero);
        }
    }

    public int Available(string key)
    {
        lock (_gate)
            return (int)Refill(key);
    }

    public void RemoveIdle()
    {
        lock (_gate)
        {
            foreach (var key in _buckets.Keys.Where(key => Refill(key) >= capacity).ToList())
                _buckets.Remove(key);
        }
    }

    public int CountKeys()
    {
        lock (_gate)
            return _buckets.Count;
    }

    private double Refill(string key)
    {
        var now = clock.GetUtcNow();
        var (permits, last) = _buckets.TryGetValue(key, out var bucket) ? bucket : (capacity, now);
        permits = Math.Min(capacity, permits + Math.Max(0, (now - last) / interval));
        _buckets[key] = (permits, now);
        return permits;
    }
}
