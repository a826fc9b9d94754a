// A value is read before an await and written after it.
public class AsyncLostUpdate
{
    private int _value;
    public async Task AddAsync()
    {
        var seen = _value;
        await Task.Delay(10);
        _value = seen + 1;
    }
    public int Value => _value;
}

public class AsyncLostUpdateFixed
{
    private int _value;
    public async Task AddAsync()
    {
        await Task.Delay(10);
        Interlocked.Increment(ref _value);
    }
    public int Value => Volatile.Read(ref _value);
}
