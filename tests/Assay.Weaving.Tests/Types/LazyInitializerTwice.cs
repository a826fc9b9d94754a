// Without a lock the factory may run twice.
public class LazyInitializerTwice
{
    private object? _value;
    private int _made;
    public int Get()
    {
        LazyInitializer.EnsureInitialized(ref _value, () => { Interlocked.Increment(ref _made); return new object(); });
        return Volatile.Read(ref _made);
    }
}

public class LazyInitializerTwiceFixed
{
    private object? _value;
    private object? _gate;
    private bool _isMade;
    private int _made;
    public int Get()
    {
        LazyInitializer.EnsureInitialized(ref _value, ref _isMade, ref _gate, () => { Interlocked.Increment(ref _made); return new object(); });
        return Volatile.Read(ref _made);
    }
}
