using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits)
    {
        object a = new(), b = new();
        using var both = new Barrier(2);
        var other = new Thread(() =>
        {
            lock (b)
            {
                both.SignalAndWait();
                lock (a)
                {
                }
            }
        });
        other.Start();
        lock (a)
        {
            both.SignalAndWait();
            lock (b)
            {
            }
        }

        return new RateDecision(false, capacity, interval);
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity + (int)(interval.Ticks & clock.GetUtcNow().Ticks & 0);

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;
}
