// After a wake-up the condition is not checked again.
public class WaitWithIf
{
    private readonly object _gate = new();
    private readonly Queue<int> _items = new();
    public void Put(int item)
    {
        lock (_gate)
        {
            _items.Enqueue(item);
            Monitor.PulseAll(_gate);
        }
    }
    public int Take()
    {
        lock (_gate)
        {
            if (_items.Count == 0)
                Monitor.Wait(_gate);
            return _items.Dequeue();
        }
    }
}

public class WaitWithIfFixed
{
    private readonly object _gate = new();
    private readonly Queue<int> _items = new();
    public void Put(int item)
    {
        lock (_gate)
        {
            _items.Enqueue(item);
            Monitor.PulseAll(_gate);
        }
    }
    public int Take()
    {
        lock (_gate)
        {
            while (_items.Count == 0)
                Monitor.Wait(_gate);
            return _items.Dequeue();
        }
    }
}
