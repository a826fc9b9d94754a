public sealed class SeqLock
{
    private int _version;
    private long _x, _y;
    private readonly Lock _writers = new();
    public void Set(long x, long y)
    {
        lock (_writers)
        {
            Interlocked.Increment(ref _version);
            Volatile.Write(ref _x, x);
            Volatile.Write(ref _y, y);
            Interlocked.Increment(ref _version);
        }
    }
    public (long X, long Y) Get()
    {
        var spin = new SpinWait();
        while (true)
        {
            var before = Volatile.Read(ref _version);
            var both = (Volatile.Read(ref _x), Volatile.Read(ref _y));
            if ((before & 1) == 0 && Volatile.Read(ref _version) == before) return both;
            spin.SpinOnce();
        }
    }
}
public sealed class SeqLockBad
{
    private long _x, _y;
    private readonly Lock _writers = new();
    public void Set(long x, long y) { lock (_writers) { _x = x; _y = y; } }
    public (long X, long Y) Get() => (_x, _y);
}
