public sealed class AsyncLock
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    public async Task<IDisposable> LockAsync()
    {
        await _gate.WaitAsync();
        return new Releaser(_gate);
    }
    private sealed class Releaser(SemaphoreSlim gate) : IDisposable
    {
        private int _done;
        public void Dispose() { if (Interlocked.Exchange(ref _done, 1) == 0) gate.Release(); }
    }
}
public sealed class RefCounted
{
    private int _count;
    public IDisposable Hold() { Interlocked.Increment(ref _count); return new Lease(this); }
    public int Count => Volatile.Read(ref _count);
    private sealed class Lease(RefCounted owner) : IDisposable
    {
        private int _over;
        public void Dispose() { if (Interlocked.Exchange(ref _over, 1) == 0) Interlocked.Decrement(ref owner._count); }
    }
}
public sealed class RefCountedBad
{
    private int _count;
    public IDisposable Hold() { _count++; return new Lease(this); }
    public int Count => _count;
    private sealed class Lease(RefCountedBad owner) : IDisposable
    {
        public void Dispose() => owner._count--;
    }
}
