using Assay.Contracts;

namespace Assay.Reference.RateLimiting;

/// <summary>The contract of the exercise on the reference's buckets: one for each key, joined under locks taken in one order.</summary>
public sealed class ReferenceRateLimiter : IRateLimiter
{
    private readonly int _capacity;
    private readonly JointKeyedLimit<string> _limits;

    // Never asked: it checks the settings once, and knows the length of a clock unit.
    private readonly TokenBucket _sample;

    public ReferenceRateLimiter(int capacity, TimeSpan interval, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _capacity = capacity;
        _sample = new TokenBucket(capacity, 1, interval, clock);
        _limits = new JointKeyedLimit<string>(_ => new TokenBucket(capacity, 1, interval, clock), int.MaxValue, StringComparer.Ordinal);
    }

    public RateDecision TryAcquire(string key, int permits)
    {
        ArgumentNullException.ThrowIfNull(key);
        ThrowIfNeverPossible(permits);
        return Told(_limits.TryAcquire([key], permits));
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits)
    {
        ArgumentNullException.ThrowIfNull(keys);
        // A copy: what the caller changes meanwhile is not looked at.
        string[] asked = [.. keys];
        if (asked.Length is 0 or > JointKeyedLimit<string>.MostKeys || asked.Contains(null))
            throw new ArgumentException("One to eight keys can be named, none of them null.", nameof(keys));
        if (asked.Distinct(StringComparer.Ordinal).Count() < asked.Length)
            throw new ArgumentException("A key is named twice.", nameof(keys));
        ThrowIfNeverPossible(permits);
        return Told(_limits.TryAcquire(asked, permits));
    }

    public int Available(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _limits.TryAcquire([key], 0).Remaining;
    }

    public void RemoveIdle() => _limits.Sweep();

    public int CountKeys() => _limits.Count;

    private void ThrowIfNeverPossible(int permits)
    {
        if (permits < 1 || permits > _capacity)
            throw new ArgumentOutOfRangeException(nameof(permits), permits, $"1 to {_capacity} permits can be asked for.");
    }

    private RateDecision Told(Decision decision) =>
        new(decision.IsAllowed, decision.Remaining, _sample.ToTimeSpan(decision.RetryAfterTicks));
}
