// The condition is checked before the lock is taken, so a pulse may come too early.
public class LostWakeUp
{
    private readonly object _gate = new();
    private volatile bool _isOpen;
    public void Await()
    {
        if (!_isOpen)
        {
            lock (_gate)
                Monitor.Wait(_gate);
        }
    }
    public void Open()
    {
        _isOpen = true;
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}

public class LostWakeUpFixed
{
    private readonly object _gate = new();
    private bool _isOpen;
    public void Await()
    {
        lock (_gate)
        {
            while (!_isOpen)
                Monitor.Wait(_gate);
        }
    }
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            Monitor.PulseAll(_gate);
        }
    }
}
