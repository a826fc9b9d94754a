// A flag that is checked and then set lets two dispose.
public class DoubleDispose
{
    private bool _isDisposed;
    private int _closed;
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Interlocked.Increment(ref _closed);
    }
    public int Closed => Volatile.Read(ref _closed);
}

public class DoubleDisposeFixed
{
    private int _isDisposed;
    private int _closed;
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            Interlocked.Increment(ref _closed);
    }
    public bool IsClosedOnce => Volatile.Read(ref _closed) <= 1;
}
