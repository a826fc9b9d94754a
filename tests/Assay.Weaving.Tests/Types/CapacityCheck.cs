// The count is checked and the item added in two steps, so the bound is passed.
public class CapacityCheck
{
    private readonly ConcurrentQueue<int> _items = new();
    public bool Add(int item)
    {
        if (_items.Count >= 1)
            return false;
        _items.Enqueue(item);
        return true;
    }
    public int Count => _items.Count;
}

public class CapacityCheckFixed
{
    private readonly ConcurrentQueue<int> _items = new();
    private readonly object _gate = new();
    public bool Add(int item)
    {
        lock (_gate)
        {
            if (_items.Count >= 1)
                return false;
            _items.Enqueue(item);
            return true;
        }
    }
    public int Count => _items.Count;
}
