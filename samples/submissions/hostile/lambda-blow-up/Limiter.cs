using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits)
    {
        return new RateDecision(false, capacity, interval);
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity + (int)(interval.Ticks & clock.GetUtcNow().Ticks & 0);

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;
}

public static class Overloads
{
    public static int M(Func<string, string> f) => 1;

    public static int M(Func<int, int> f) => 2;

    public static int M(Func<long, long> f) => 3;

    public static int M(Func<bool, bool> f) => 4;

    public static int Value => M(x0 => M(x1 => M(x2 => M(x3 => M(x4 => M(x5 => M(x6 => M(x7 => M(x8 => M(x9 => M(x10 => M(x11 => M(x12 => M(x13 => x0))))))))))))));
}
