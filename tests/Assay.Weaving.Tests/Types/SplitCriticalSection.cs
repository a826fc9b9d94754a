// Read under the lock, write under the lock, but not under the same hold of it.
public class SplitCriticalSection
{
    private readonly object _gate = new();
    private int _value;
    public int Next()
    {
        int seen;
        lock (_gate)
            seen = _value;
        seen++;
        lock (_gate)
            _value = seen;
        return seen;
    }
}

public class SplitCriticalSectionFixed
{
    private readonly object _gate = new();
    private int _value;
    public int Next()
    {
        lock (_gate)
            return ++_value;
    }
}
