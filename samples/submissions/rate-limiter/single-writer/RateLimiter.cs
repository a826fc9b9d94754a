using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Assay.Contracts;

namespace Candidate;

/// <summary>One background thread owns all buckets; callers hand it their requests and wait.</summary>
public sealed class RateLimiter : IRateLimiter, IDisposable
{
    private readonly BlockingCollection<Action> _requests = new();
    private readonly Dictionary<string, (int Permits, long CountedAt)> _buckets = new(StringComparer.Ordinal);
    private readonly int _capacity;
    private readonly long _interval;
    private readonly TimeProvider _clock;
    private readonly long _start;

    public RateLimiter(int capacity, TimeSpan interval, TimeProvider clock)
    {
        if (capacity <= 0)
            throw new ArgumentOutOfRangeException(nameof(capacity));
        if (interval.Ticks <= 0)
            throw new ArgumentOutOfRangeException(nameof(interval));
        _capacity = capacity;
        _interval = interval.Ticks;
        _clock = clock;
        _start = clock.GetTimestamp();
        new Thread(Work) { IsBackground = true, Name = "rate limiter" }.Start();
    }

    public RateDecision TryAcquire(string key, int permits)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Acquire([key], permits);
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        ArgumentNullException.ThrowIfNull(keys);
        string[] asked = [.. keys];
        if (asked.Length < 1 || asked.Length > 8)
            throw new ArgumentException("One to eight keys.", nameof(keys));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in asked)
        {
            if (key is null || !seen.Add(key))
                throw new ArgumentException("A key is null or named twice.", nameof(keys));
        }

        return Acquire(asked, permits);
    }

    public int Available(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Owned(() => Current(key, Now()).Permits);
    }

    public void RemoveIdle() => Owned(() =>
    {
        var now = Now();
        foreach (var key in new List<string>(_buckets.Keys))
        {
            if (Current(key, now).Permits == _capacity)
                _buckets.Remove(key);
        }

        return true;
    });

    public int CountKeys() => Owned(() => _buckets.Count);

    public void Dispose() => _requests.CompleteAdding();

    private RateDecision Acquire(string[] keys, int permits)
    {
        if (permits < 1 || permits > _capacity)
            throw new ArgumentOutOfRangeException(nameof(permits));
        return Owned(() => Decide(keys, permits));
    }

    private RateDecision Decide(string[] keys, int permits)
    {
        var now = Now();
        var (fewest, wait) = (int.MaxValue, 0L);
        foreach (var key in keys)
        {
            var bucket = Current(key, now);
            fewest = Math.Min(fewest, bucket.Permits);
            if (bucket.Permits < permits)
                wait = Math.Max(wait, (permits - bucket.Permits) * _interval - (now - bucket.CountedAt));
        }

        if (wait > 0)
            return new RateDecision(false, fewest, TimeSpan.FromTicks(wait));
        foreach (var key in keys)
        {
            var bucket = Current(key, now);
            _buckets[key] = (bucket.Permits - permits, bucket.CountedAt);
        }

        return new RateDecision(true, fewest - permits, TimeSpan.Zero);
    }

    // The bucket as of now: whole permits, and when the last of them came back. A full bucket counts from now on.
    private (int Permits, long CountedAt) Current(string key, long now)
    {
        if (!_buckets.TryGetValue(key, out var bucket))
            return (_capacity, now);
        var back = (now - bucket.CountedAt) / _interval;
        return bucket.Permits + back >= _capacity ? (_capacity, now) : (bucket.Permits + (int)back, bucket.CountedAt + back * _interval);
    }

    private long Now() => _clock.GetElapsedTime(_start).Ticks;

    private T Owned<T>(Func<T> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(() => answer.SetResult(work()));
        return answer.Task.GetAwaiter().GetResult();
    }

    private void Work()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
            request();
    }
}
