// The loser of the exchange returns its own object.
public class LazyByCompareExchange
{
    private object? _value;
    public object Get()
    {
        if (_value is { } known)
            return known;
        var made = new object();
        Interlocked.CompareExchange(ref _value, made, null);
        return made;
    }
}

public class LazyByCompareExchangeFixed
{
    private object? _value;
    public object Get()
    {
        if (Volatile.Read(ref _value) is { } known)
            return known;
        var made = new object();
        return Interlocked.CompareExchange(ref _value, made, null) ?? made;
    }
}
