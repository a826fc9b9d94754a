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

public static class Constants
{
    private const string S0 = "0123456789abcdef0123456789abcdef";
    private const string S1 = S0 + S0 + S0 + S0;
    private const string S2 = S1 + S1 + S1 + S1;
    private const string S3 = S2 + S2 + S2 + S2;
    private const string S4 = S3 + S3 + S3 + S3;
    private const string S5 = S4 + S4 + S4 + S4;
    private const string S6 = S5 + S5 + S5 + S5;
    private const string S7 = S6 + S6 + S6 + S6;
    private const string S8 = S7 + S7 + S7 + S7;
    private const string S9 = S8 + S8 + S8 + S8;
    private const string S10 = S9 + S9 + S9 + S9;
    private const string S11 = S10 + S10 + S10 + S10;
    private const string S12 = S11 + S11 + S11 + S11;
    private const string S13 = S12 + S12 + S12 + S12;
    private const string S14 = S13 + S13 + S13 + S13;
    private const string S15 = S14 + S14 + S14 + S14;

    public const string All = S15;
}
