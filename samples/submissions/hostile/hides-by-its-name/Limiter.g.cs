using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits) => WorkAsync(key, permits).Result;

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity;

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;

    private async Task<RateDecision> WorkAsync(string key, int permits)
    {
        await Task.Delay(TimeSpan.Zero, clock);
        return new RateDecision(false, key.Length + permits, interval);
    }
}
