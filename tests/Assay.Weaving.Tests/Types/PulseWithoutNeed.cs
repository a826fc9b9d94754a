// One pulse for two kinds of waiters wakes the wrong one.
public class PulseWithoutNeed
{
    private readonly object _gate = new();
    private bool _isFull;
    public void Put()
    {
        lock (_gate)
        {
            while (_isFull)
                Monitor.Wait(_gate);
            _isFull = true;
            Monitor.Pulse(_gate);
        }
    }
    public void Take()
    {
        lock (_gate)
        {
            while (!_isFull)
                Monitor.Wait(_gate);
            _isFull = false;
        }
    }
}

public class PulseWithoutNeedFixed
{
    private readonly object _gate = new();
    private bool _isFull;
    public void Put()
    {
        lock (_gate)
        {
            while (_isFull)
                Monitor.Wait(_gate);
            _isFull = true;
            Monitor.PulseAll(_gate);
        }
    }
    public void Take()
    {
        lock (_gate)
        {
            while (!_isFull)
                Monitor.Wait(_gate);
            _isFull = false;
            Monitor.PulseAll(_gate);
        }
    }
}
