public sealed class TokenBucket
{
    private readonly int _capacity;
    private readonly TimeProvider _clock;
    private long _state;

    public TokenBucket(int capacity, TimeProvider clock)
    {
        _capacity = capacity;
        _clock = clock;
        _state = capacity;
    }

    public bool TryTake(int permits)
    {
        if (permits <= 0 || permits > _capacity)
            return false;
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            if (seen < permits)
                return false;
            if (Interlocked.CompareExchange(ref _state, seen - permits, seen) == seen)
                return true;
        }
    }

    public void Refill()
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref _state);
        }
        while (Interlocked.CompareExchange(ref _state, Math.Min(_capacity, seen + 1), seen) != seen);
    }

    public long Available => Interlocked.Read(ref _state);
}

public sealed class TokenBucketBad
{
    private readonly int _capacity;
    private long _state;

    public TokenBucketBad(int capacity) { _capacity = capacity; _state = capacity; }

    public bool TryTake(int permits)
    {
        if (Volatile.Read(ref _state) < permits)
            return false;
        Interlocked.Add(ref _state, -permits);
        return true;
    }

    public void Refill()
    {
        if (Interlocked.Increment(ref _state) > _capacity)
            Interlocked.Decrement(ref _state);
    }

    public long Available => Interlocked.Read(ref _state);
}
