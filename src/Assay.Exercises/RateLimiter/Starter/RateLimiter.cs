using System;
using System.Collections.Generic;
using Assay.Contracts;

namespace Candidate;

/// <summary>Your rate limiter. The promises to keep are the doc comments of IRateLimiter.</summary>
public sealed class RateLimiter : IRateLimiter
{
    private readonly int _capacity;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;

    public RateLimiter(int capacity, TimeSpan interval, TimeProvider clock)
    {
        _capacity = capacity;
        _interval = interval;
        _clock = clock;
    }

    public RateDecision TryAcquire(string key, int permits) => throw new NotImplementedException("Stage 1");

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => throw new NotImplementedException("Stage 3");

    public int Available(string key) => throw new NotImplementedException("Stage 1");

    public void RemoveIdle() => throw new NotImplementedException("Stage 3");

    public int CountKeys() => throw new NotImplementedException("Stage 3");
}
