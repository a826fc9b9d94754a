using Assay.Contracts;

public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
{
    public RateDecision TryAcquire(string key, int permits)
    {
        var method = new System.Reflection.Emit.DynamicMethod("Made", typeof(int), []);
        var body = method.GetILGenerator();
        body.Emit(System.Reflection.Emit.OpCodes.Ldc_I4, 42);
        body.Emit(System.Reflection.Emit.OpCodes.Ret);
        throw new InvalidOperationException("contained: made " + method.CreateDelegate<Func<int>>()());
    }

    public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => TryAcquire(keys[0], permits);

    public int Available(string key) => capacity + (int)(interval.Ticks & clock.GetUtcNow().Ticks & 0);

    public void RemoveIdle()
    {
    }

    public int CountKeys() => 0;
}
