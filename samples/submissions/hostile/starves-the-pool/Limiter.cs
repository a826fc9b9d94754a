using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits)
    {
        ThreadPool.SetMinThreads(1, 1);
        ThreadPool.SetMaxThreads(2, 2);
        for (var i = 0; i < 8; i++)
            ThreadPool.QueueUserWorkItem(_ => Thread.Sleep(Timeout.Infinite));
        return new RateDecision(false, capacity, interval);
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity + (int)(interval.Ticks & clock.GetUtcNow().Ticks & 0);

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;
}
