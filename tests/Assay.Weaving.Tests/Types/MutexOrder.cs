// Two mutexes in opposite order.
public class MutexOrder
{
    private readonly Mutex _left = new();
    private readonly Mutex _right = new();
    private int _sum;
    public void Forth() => Both(_left, _right);
    public void Back() => Both(_right, _left);
    private void Both(Mutex first, Mutex second)
    {
        first.WaitOne();
        second.WaitOne();
        _sum++;
        second.ReleaseMutex();
        first.ReleaseMutex();
    }
}

public class MutexOrderFixed
{
    private readonly Mutex _left = new();
    private readonly Mutex _right = new();
    private int _sum;
    public void Forth() => Both();
    public void Back() => Both();
    private void Both()
    {
        WaitHandle.WaitAll([_left, _right]);
        _sum++;
        _right.ReleaseMutex();
        _left.ReleaseMutex();
    }
}
