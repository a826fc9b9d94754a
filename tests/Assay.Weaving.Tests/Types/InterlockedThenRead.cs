// The counter is incremented atomically and read again for the answer.
public class InterlockedThenRead
{
    private int _value;
    public int Next()
    {
        Interlocked.Increment(ref _value);
        return _value;
    }
}

public class InterlockedThenReadFixed
{
    private int _value;
    public int Next() => Interlocked.Increment(ref _value);
}
