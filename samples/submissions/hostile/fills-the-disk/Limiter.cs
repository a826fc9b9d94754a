using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits)
    {
        for (var file = 0; file < 1000; file++)
        {
            using var stream = File.Create($"/tmp/{file}");
            for (var i = 0; i < 1024; i++)
                stream.Write(new byte[4096]);
        }

        throw new InvalidOperationException("ESCAPED: four gigabytes on disk");
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity + (int)(interval.Ticks & clock.GetUtcNow().Ticks & 0);

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;
}
