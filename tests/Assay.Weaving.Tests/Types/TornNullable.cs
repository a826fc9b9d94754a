// Whether there is a value, and the value, are two words: one without the other is seen.
public class TornNullable
{
    private readonly Lock _gate = new();
    private long? _total;
    public long Total(int first)
    {
        if (_total is { } known)
            return known;
        lock (_gate)
            return _total ??= first + 40;
    }
}

public class TornNullableFixed
{
    private readonly Lock _gate = new();
    private long? _total;
    public long Total(int first)
    {
        lock (_gate)
            return _total ??= first + 40;
    }
}
